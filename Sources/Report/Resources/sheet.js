"use strict";

/** The panels as one picture for print: title, method, states, colour bars and element key on white ground, at 300 dots per inch. */
class PictureSheet {
    /** - viewer: with its panels in columns as many as there are states in a run. */
    constructor(viewer) {
        this.viewer = viewer;
        this.runs = [...new Set(viewer.panels.map((panel) => panel.run))];
        this.columns = Math.min(3, Math.max(...this.runs.map((run) => run.states.length)));
        this.side = 900;
        this.letter = 30;
    }

    get colors() { return { background: [255, 255, 255], text: [26, 26, 26], accent: [179, 89, 0] }; }

    /** Rows of panels of one run each. */
    get rows() {
        return this.runs.flatMap((run) => {
            const panels = this.viewer.panels.filter((panel) => panel.run === run), rows = [];
            for (let start = 0; start < panels.length; start += this.columns) { rows.push(panels.slice(start, start + this.columns)); }
            return rows;
        });
    }

    canvas() {
        const { viewer, letter, side } = this, property = viewer.properties[viewer.property], rows = this.rows;
        const head = 4.6 * letter, caption = 4 * letter, bar = 5.6 * letter, foot = 3 * letter;
        const sheet = document.createElement("canvas");
        sheet.width = Math.max(this.columns, 2) * side;
        sheet.height = Math.round(head + rows.length * (caption + side + bar) + foot);
        const context = this.context = sheet.getContext("2d");
        context.fillStyle = "#fff";
        context.fillRect(0, 0, sheet.width, sheet.height);
        this.text(`${document.title}: ${property.title}`, sheet.width / 2, 2.6 * letter, 1.25, { isBold: true, room: sheet.width });
        rows.forEach((panels, row) => {
            const top = head + row * (caption + side + bar), start = (sheet.width - panels.length * side) / 2;
            panels.forEach((panel, column) => {
                const left = start + column * side;
                this.text(panel.figure.querySelector("figcaption").textContent.trim(), left + side / 2, top + 1.2 * letter, 1, { room: side });
                this.text(`${this.runs.length > 1 ? panel.run.name + ", " : ""}${panel.run.model}`, left + side / 2, top + 2.9 * letter, 0.8,
                    { room: side });
                const drawing = document.createElement("canvas");
                [drawing.width, drawing.height] = [side, side];
                panel.drawTo(drawing.getContext("2d"), 2.2, this.colors, null);
                context.drawImage(drawing, left, top + caption);
                this.key(panel, property, left, top + caption + side);
            });
        });
        this.elements(sheet.height - 1.2 * letter, sheet.width / 2);
        return sheet;
    }

    /** A line of text about a place, smaller where it is longer than its room. */
    text(text, x, y, size, { isBold = false, align = "center", room = Infinity } = {}) {
        const { context, letter } = this, height = 1.4 * size * letter;
        const font = (pixels) => { context.font = `${isBold ? 600 : 400} ${pixels}px Roboto, Arial, Helvetica, sans-serif`; };
        font(height);
        const width = context.measureText(text).width;
        if (width > 0.95 * room) { font(height * 0.95 * room / width); }
        context.fillStyle = cssColor(this.colors.text);
        context.textAlign = align;
        context.textBaseline = "alphabetic";
        context.fillText(text, x, y);
    }

    /** Colour bar with ticks, or patches of the two signs, below a panel. */
    key(panel, property, left, top) {
        const { context, viewer, letter, side } = this;
        if (!panel.state.layers[viewer.property]) { return; }
        if (property.isSigned) {
            panel.layers[viewer.property].forEach((surface, index) => {
                const y = top + (1.6 + 1.9 * index) * letter, x = left + side * 0.2;
                context.fillStyle = property.colors[surface.level < 0 ? 1 : 0];
                context.fillRect(x, y - 1.1 * letter, 1.3 * letter, 1.3 * letter);
                const meaning = surface.level < 0 ? property.negative : property.positive;
                this.text(`${signedNumber(surface.level, 4)} ${property.unit}, ${meaning}`, x + 2 * letter, y, 0.9, { align: "left" });
            });
            return;
        }
        const [low, high] = viewer.rangeOf(panel), zero = viewer.zeroOf(panel), { name, factor, digits } = viewer.unitOf(property);
        const [start, width, upper] = [left + side * 0.1, side * 0.8, top + 0.6 * letter];
        for (let x = 0; x < width; x++) {
            context.fillStyle = cssColor(mapColor(viewer.map, (x + 0.5) / width));
            context.fillRect(start + x, upper, 1.5, letter);
        }
        context.strokeStyle = "#404040";
        context.lineWidth = 2;
        context.strokeRect(start, upper, width, letter);
        for (const tick of roundTicks((low - zero) * factor, (high - zero) * factor, 7)) {
            const x = start + width * (tick.value / factor + zero - low) / (high - low);
            context.fillStyle = "#404040";
            context.fillRect(x - 1, upper + letter, 2, 0.4 * letter);
            this.text(tick.text, x, upper + 2.8 * letter, 0.85);
        }
        const relative = viewer.scale === "relative" ? `, relative to the mean of ${signedNumber(zero * factor, digits)}` : "";
        this.text(name + relative, left + side / 2, upper + 4.5 * letter, 0.85);
    }

    elements(y, middle) {
        const found = new Map();
        for (const molecule of this.viewer.molecules) {
            for (const atom of molecule.atoms) { found.set(atom.symbol, cssColor(atom.color)); }
        }
        const rank = (symbol) => ({ C: "0", H: "1" })[symbol] || `2${symbol}`;
        const symbols = [...found.keys()].sort((a, b) => rank(a) < rank(b) ? -1 : 1), step = 4 * this.letter;
        symbols.forEach((symbol, index) => {
            const x = middle + (index - symbols.length / 2) * step;
            this.context.beginPath();
            this.context.arc(x, y - 0.5 * this.letter, 0.7 * this.letter, 0, 2 * Math.PI);
            this.context.fillStyle = found.get(symbol);
            this.context.fill();
            this.text(symbol, x + 1.1 * this.letter, y, 0.9, { align: "left" });
        });
    }

    /** The picture as a PNG file that knows its size in print: 300 dots per inch are 11811 a metre. */
    bytes() {
        const plain = bytesOf(this.canvas().toDataURL("image/png").split(",")[1]);
        const chunk = new Uint8Array(21), view = new DataView(chunk.buffer);
        view.setUint32(0, 9);
        chunk.set([112, 72, 89, 115], 4);
        view.setUint32(8, 11811);
        view.setUint32(12, 11811);
        chunk[16] = 1;
        view.setUint32(17, checksum(chunk.subarray(4, 17)));
        // Behind the signature and the first chunk, which have 8 and 25 bytes.
        const result = new Uint8Array(plain.length + 21);
        result.set(plain.subarray(0, 33));
        result.set(chunk, 33);
        result.set(plain.subarray(33), 54);
        return result;
    }

    save() {
        const link = element("a");
        link.href = URL.createObjectURL(new Blob([this.bytes()], { type: "image/png" }));
        link.download = `${document.title.replace(/[^\w-]+/g, "-")}-${this.viewer.property}.png`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }
}

/** CRC-32 of the chunks of PNG files. */
function checksum(bytes) {
    let value = ~0;
    for (const byte of bytes) {
        value ^= byte;
        for (let bit = 0; bit < 8; bit++) { value = value & 1 ? value >>> 1 ^ 0xEDB88320 : value >>> 1; }
    }
    return ~value >>> 0;
}
