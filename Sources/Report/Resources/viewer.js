"use strict";

/** All panels, what they show, and the controls. */
class Viewer {
    constructor(data, renderer) {
        this.renderer = renderer;
        this.properties = data.properties;
        useColors(data.scale);
        this.controls = document.getElementById("controls");
        this.note = document.getElementById("note");
        this.panels = [];
        this.vibrations = [];
        this.marked = null;
        this.molecules = data.runs.map((run) => new Molecule(run));
        data.runs.forEach((run, r) => run.states.forEach((state, s) => {
            const figure = document.getElementById(`state-${r}-${s}`);
            this.panels.push(new Panel(figure, run, this.molecules[r], state, this));
            const part = document.getElementById(`vibrations-${r}-${s}`);
            if (part) { this.vibrations.push(new VibrationPanel(part, run, this.molecules[r], state, this)); }
        }));
        this.readControls();
        this.controls.addEventListener("input", () => { this.readControls(); this.update(); });
        document.getElementById("reset").addEventListener("click", () => {
            this.panels.forEach((panel) => panel.camera.reset());
            this.request();
        });
        document.getElementById("save").addEventListener("click", () => this.sheet().save());
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.update());
        matchMedia("print").addEventListener("change", () => this.update());
        window.addEventListener("beforeprint", () => { this.update(); this.drawAll(); });
        new ResizeObserver(() => this.request()).observe(document.getElementById("panels"));
        this.renderer.canvas.addEventListener("webglcontextlost", () => showPictures());
        this.update();
        this.drawAll();
    }

    sheet() { return new PictureSheet(this); }

    readControls() {
        const form = new FormData(this.controls);
        this.property = form.get("property");
        this.map = form.get("map");
        this.scale = form.get("scale");
        this.labels = form.get("labels");
        this.unit = potentialUnits[form.get("unit")] ? form.get("unit") : "hartree/e";
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
        const colors = { background: color("--stage"), accent: color("--accent"), text: color("--text") };
        if (JSON.stringify(colors) !== JSON.stringify(this.colors)) { this.vibrations.forEach((panel) => { panel.isStale = true; }); }
        this.colors = colors;
        this.controls.classList.toggle("signed", this.properties[this.property].isSigned);
        for (const panel of this.panels) { this.describe(panel); }
        this.request();
    }

    /** The value that the colour scale of a panel calls zero. */
    zeroOf(panel) { return this.scale === "relative" ? panel.mean(this.property) : 0; }

    /**
     * Range of the colour bar: common to all panels and symmetric about zero or about each panel's mean, without two per cent of the
     * values at either end; or from the lowest value to the highest, of all panels or of this one.
     */
    rangeOf(panel) {
        const panels = this.scale === "own" ? [panel] : this.panels, ranges = panels.map((p) => p.range(this.property)).filter(Boolean);
        if (!ranges.length) { return [-1, 1]; }
        if (this.scale === "own" || this.scale === "common") {
            return [Math.min(...ranges.map((r) => r[0])), Math.max(...ranges.map((r) => r[1]))];
        }
        const key = `${this.property} ${this.scale}`;
        this.reaches = this.reaches || {};
        if (this.reaches[key] === undefined) {
            this.reaches[key] = robustReach(panels.flatMap((p) => {
                const zero = this.zeroOf(p);
                return p.values(this.property).map((list) => zero ? list.map((value) => value - zero) : list);
            }));
        }
        const zero = this.zeroOf(panel);
        return [zero - this.reaches[key], zero + this.reaches[key]];
    }

    /** Factor and digits of the unit in which a property is shown. */
    unitOf(property) {
        const isPotential = property.unit === "hartree/e";
        return isPotential ? { name: this.unit, ...potentialUnits[this.unit] } : { name: property.unit, factor: 1, digits: 4 };
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
                patch.style.background = property.colors[surface.level < 0 ? 1 : 0];
                item.append(patch, `${signedNumber(surface.level, 4)} ${surface.level < 0 ? property.negative : property.positive}`);
                panel.bar.append(item);
            }
            panel.bar.append(element("span", "unit", `${layer.title}, ${property.unit}`));
        } else {
            this.colorBar(panel, property);
        }
    }

    colorBar(panel, property) {
        const [low, high] = this.rangeOf(panel), own = panel.range(this.property), zero = this.zeroOf(panel);
        const { name, factor, digits } = this.unitOf(property);
        const strip = element("span", "strip");
        const steps = Array.from({ length: 17 }, (_, step) => cssColor(mapColor(this.map, step / 16)));
        strip.style.background = `linear-gradient(to right, ${steps.join(", ")})`;
        const ticks = element("span", "ticks"), most = panel.bar.clientWidth < 260 ? 5 : 7;
        for (const tick of roundTicks((low - zero) * factor, (high - zero) * factor, most)) {
            const mark = element("span", "", tick.text);
            mark.style.left = `${100 * (tick.value / factor + zero - low) / (high - low)}%`;
            ticks.append(mark);
        }
        const number = (value) => signedNumber(value * factor, digits);
        const text = this.scale === "relative" ? `${name}, relative to the mean of ${number(zero)}`
            : `${name}; here ${number(own[0])} to ${number(own[1])}`;
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

    drawAll() {
        this.panels.forEach((panel) => panel.draw());
        this.vibrations.forEach((panel) => panel.refresh());
    }

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
            const { name, factor, digits } = this.unitOf(this.properties[this.property]);
            this.note.append(element("p", "value", `${signedNumber(value * factor, digits)} ${name} on the surface`));
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
