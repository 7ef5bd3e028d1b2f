"use strict";

/** All panels, what they show, and the controls. */
class Viewer {
    constructor(data, renderer) {
        this.renderer = renderer;
        this.properties = data.properties;
        this.controls = document.getElementById("controls");
        this.note = document.getElementById("note");
        this.panels = [];
        this.marked = null;
        this.molecules = data.runs.map((run) => new Molecule(run));
        data.runs.forEach((run, r) => run.states.forEach((state, s) => {
            const figure = document.getElementById(`state-${r}-${s}`);
            this.panels.push(new Panel(figure, run, this.molecules[r], state, this));
        }));
        this.readControls();
        this.controls.addEventListener("input", () => { this.readControls(); this.update(); });
        document.getElementById("reset").addEventListener("click", () => {
            this.panels.forEach((panel) => panel.camera.reset());
            this.request();
        });
        document.getElementById("save").addEventListener("click", () => this.save());
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.update());
        matchMedia("print").addEventListener("change", () => this.update());
        window.addEventListener("beforeprint", () => { this.update(); this.drawAll(); });
        new ResizeObserver(() => this.request()).observe(document.getElementById("panels"));
        this.renderer.canvas.addEventListener("webglcontextlost", () => showPictures());
        this.update();
        this.drawAll();
    }

    readControls() {
        const form = new FormData(this.controls);
        this.property = form.get("property");
        this.map = form.get("map");
        this.scale = form.get("scale");
        this.labels = form.get("labels");
        this.opacity = Number(form.get("opacity")) / 100;
        const wasLinked = this.isLinked;
        this.isLinked = form.get("linked") !== null;
        if (this.isLinked && wasLinked === false) { this.moved(this.panels[0]); }
    }

    /** The charge scheme is chosen for the whole page. */
    get scheme() { return document.documentElement.dataset.scheme; }

    update() {
        const style = getComputedStyle(document.documentElement);
        const color = (name) => parsedColor(style.getPropertyValue(name).trim());
        this.colors = { background: color("--stage"), accent: color("--accent"), text: color("--text") };
        this.controls.classList.toggle("signed", this.properties[this.property].isSigned);
        for (const panel of this.panels) { this.describe(panel); }
        this.request();
    }

    /** Range of the colour bar: common to all panels and symmetric about zero, or the panel's own. */
    rangeOf(panel) {
        const ranges = (this.scale === "own" ? [panel] : this.panels).map((p) => p.range(this.property)).filter(Boolean);
        if (!ranges.length) { return [-1, 1]; }
        const low = Math.min(...ranges.map((r) => r[0])), high = Math.max(...ranges.map((r) => r[1]));
        if (this.scale !== "symmetric") { return [low, high]; }
        const size = Math.max(Math.abs(low), Math.abs(high));
        return [-size, size];
    }

    /** Caption and colour bar below a panel. */
    describe(panel) {
        const property = this.properties[this.property], layer = panel.state.layers[this.property];
        const title = `${panel.figure.querySelector("figcaption").textContent.trim()}: ${property.title}`;
        panel.canvas.setAttribute("aria-label", `${title}. Arrow keys turn, plus and minus zoom, n and p go through the atoms.`);
        panel.bar.replaceChildren();
        if (!layer) {
            panel.bar.append(element("span", "missing", property.title === "molecule" ? "" : panelGap(panel, this.property)));
        } else if (property.isSigned) {
            for (const surface of panel.layers[this.property]) {
                const item = element("span", "lobe");
                const patch = element("i");
                patch.style.background = cssColor(lobeColor(this.map, surface.level));
                item.append(patch, `${signedNumber(surface.level, 4)} ${surface.level < 0 ? property.negative : property.positive}`);
                panel.bar.append(item);
            }
            panel.bar.append(element("span", "unit", `${layer.title}, ${property.unit}`));
        } else {
            this.colorBar(panel, property);
        }
    }

    colorBar(panel, property) {
        const [low, high] = this.rangeOf(panel), own = panel.range(this.property);
        const strip = element("span", "strip");
        const steps = Array.from({ length: 17 }, (_, step) => cssColor(mapColor(this.map, step / 16)));
        strip.style.background = `linear-gradient(to right, ${steps.join(", ")})`;
        const ticks = element("span", "ticks");
        for (let tick = 0; tick <= 4; tick++) {
            ticks.append(element("span", "", signedNumber(low + (high - low) * tick / 4, 3)));
        }
        const text = `${property.unit}; here ${signedNumber(own[0], 4)} to ${signedNumber(own[1], 4)}`;
        panel.bar.append(strip, ticks, element("span", "unit", text));
    }

    moved(panel) {
        if (this.isLinked) { this.panels.forEach((other) => { if (other !== panel) { other.camera.follow(panel.camera); } }); }
        this.request();
    }

    request() {
        if (this.waiting) { return; }
        this.waiting = true;
        requestAnimationFrame(() => { this.waiting = false; this.drawAll(); });
    }

    drawAll() { this.panels.forEach((panel) => panel.draw()); }

    markedIn(panel) { return this.marked && this.marked.run === panel.run ? this.marked.atom : null; }

    hover(panel, place, event) {
        this.pointer = [panel, place, event.clientX, event.clientY];
        if (this.hovering) { return; }
        this.hovering = true;
        requestAnimationFrame(() => {
            this.hovering = false;
            if (!this.pointer) { return; }
            const [over, at, left, top] = this.pointer, { atom, value } = over.pick(at);
            if (atom === null && value === null) { this.leave(); } else { this.show(over, atom, value, left, top); }
        });
    }

    leave() {
        this.pointer = null;
        this.note.hidden = true;
        if (this.marked) {
            this.marked = null;
            this.request();
        }
    }

    /** The next or last atom, for the keyboard. */
    step(panel, by) {
        const count = panel.molecule.atoms.length, current = this.markedIn(panel);
        const atom = ((current === null ? (by > 0 ? -1 : 0) : current) + by + count) % count;
        const box = panel.canvas.getBoundingClientRect();
        const [x, y] = panel.camera.project(panel.molecule.atoms[atom].place, panel.aspect);
        this.show(panel, atom, null, box.left + (x + 1) / 2 * box.width, box.top + (1 - y) / 2 * box.height);
    }

    /** What is known of an atom: its charge and spin in all states of the run. */
    show(panel, atom, value, left, top) {
        this.note.replaceChildren();
        if (value !== null) {
            const { unit: units } = this.properties[this.property];
            this.note.append(element("p", "value", `${signedNumber(value, 4)} ${units} on the surface`));
        }
        if (atom !== null) {
            const { symbol, number, fragment } = panel.molecule.atoms[atom];
            const title = element("p", "atom", `${symbol}${atom + 1}`);
            title.append(element("span", "", ` Z = ${number}, ${panel.molecule.fragments[fragment]}`));
            this.note.append(title, this.atomTable(panel, atom));
        }
        this.note.hidden = false;
        const box = this.note.getBoundingClientRect();
        this.note.style.left = `${Math.max(4, Math.min(left + 16, innerWidth - box.width - 8))}px`;
        this.note.style.top = `${top + 18 + box.height > innerHeight ? Math.max(4, top - box.height - 12) : top + 18}px`;
        const isNew = !this.marked || this.marked.run !== panel.run || this.marked.atom !== atom;
        this.marked = atom === null ? null : { run: panel.run, atom };
        if (isNew) { this.request(); }
    }

    atomTable(panel, atom) {
        const table = element("table"), head = element("tr");
        head.append(element("th", "", ""), element("th", "", `${this.schemeTitle} charge`), element("th", "", "change"));
        const hasSpin = panel.run.states.some((state) => state.spins[this.scheme]);
        if (hasSpin) { head.append(element("th", "", "spin")); }
        table.append(head);
        let first = null;
        for (const state of panel.run.states) {
            const charge = (state.charges[this.scheme] || [])[atom], spin = (state.spins[this.scheme] || [])[atom];
            const row = element("tr", state === panel.state ? "here" : "");
            row.append(element("th", "", state.label));
            row.append(element("td", "", charge === undefined ? "" : signedNumber(charge, 3)));
            row.append(element("td", "", charge === undefined || first === null ? "" : signedNumber(charge - first, 3)));
            if (hasSpin) { row.append(element("td", "", spin === undefined ? "" : signedNumber(spin, 3))); }
            if (first === null && charge !== undefined) { first = charge; }
            table.append(row);
        }
        return table;
    }

    get schemeTitle() {
        const choice = document.getElementById("scheme");
        return choice && choice.selectedOptions.length ? choice.selectedOptions[0].textContent : this.scheme;
    }

    /** All panels in one PNG file, with captions. */
    save() {
        this.drawAll();
        const canvases = this.panels.map((panel) => panel.canvas), head = 34;
        const sheet = document.createElement("canvas");
        sheet.width = canvases.reduce((sum, canvas) => sum + canvas.width, 0);
        sheet.height = Math.max(...canvases.map((canvas) => canvas.height)) + head;
        const context = sheet.getContext("2d");
        context.fillStyle = cssColor(this.colors.background);
        context.fillRect(0, 0, sheet.width, sheet.height);
        context.fillStyle = cssColor(this.colors.text);
        context.font = "20px system-ui, sans-serif";
        let left = 0;
        for (const panel of this.panels) {
            context.drawImage(panel.canvas, left, head);
            context.fillText(panel.canvas.getAttribute("aria-label").split(". ")[0], left + 8, 24, panel.canvas.width - 16);
            left += panel.canvas.width;
        }
        const link = element("a");
        link.href = sheet.toDataURL("image/png");
        link.download = `${document.title.replace(/[^\w-]+/g, "-")}-${this.property}.png`;
        link.click();
    }
}

/** Why a panel has no surface of a property. */
function panelGap(panel, property) {
    const reasons = {
        difference: "the state that the others are compared with", spin: "no spin density: all electrons are paired",
    };
    return panel.run.states.some((state) => state.layers[property]) ? reasons[property] || "not computed" : "not computed";
}

function element(name, className, text) {
    const result = document.createElement(name);
    if (className) { result.className = className; }
    if (text !== undefined) { result.textContent = text; }
    return result;
}
