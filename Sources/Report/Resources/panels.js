"use strict";

/** The data of one run in the form that the renderer and the panels want. */
class Molecule {
    constructor(run) {
        this.name = run.name;
        const places = run.atoms.map((atom) => atom.place);
        const middle = [0, 1, 2].map((i) => {
            const values = places.map((place) => place[i]);
            return (Math.min(...values) + Math.max(...values)) / 2;
        });
        this.center = middle;
        this.atoms = run.atoms.map((atom) => ({
            ...atom, color: parsedColor(atom.color), place: subtract(atom.place, middle),
        }));
        this.bonds = run.bonds;
        this.fragments = run.fragments;
        // Surfaces reach beyond the atoms by about five bohr.
        this.extent = Math.max(...this.atoms.map((atom) => Math.hypot(...atom.place))) + 5;
        this.orientation = run.orientation;
    }
}

/** One picture of one state. */
class Panel {
    constructor(figure, run, molecule, state, viewer) {
        Object.assign(this, { figure, run, molecule, state, viewer });
        this.canvas = document.createElement("canvas");
        this.canvas.tabIndex = 0;
        this.canvas.setAttribute("role", "img");
        this.context = this.canvas.getContext("2d");
        figure.querySelector(".stage").prepend(this.canvas);
        this.bar = figure.querySelector(".scale");
        this.layers = {};
        for (const [name, layer] of Object.entries(state.layers)) {
            this.layers[name] = layer.surfaces.map((record) => new Surface(record));
        }
        this.camera = new Camera(molecule.extent, molecule.orientation);
        this.listen();
    }

    /** Range of the values on the surface of a property. */
    range(property) {
        const ranges = (this.layers[property] || []).map((surface) => surface.range).filter(Boolean);
        return ranges.length ? [Math.min(...ranges.map((r) => r[0])), Math.max(...ranges.map((r) => r[1]))] : null;
    }

    /** Values of a property on the surfaces, in one list a surface. */
    values(property) { return (this.layers[property] || []).map((surface) => surface.values).filter(Boolean); }

    /** Mean of a property over the area of its surface; 0 without one. */
    mean(property) {
        const surface = (this.layers[property] || []).find((one) => one.values);
        return surface ? surface.mean : 0;
    }

    /** The view of this panel is another one. */
    changed() { this.viewer.moved(this); }

    get aspect() { return this.canvas.width / this.canvas.height; }

    /** Place of a pointer in the panel, -1...1, y up. */
    place(event) {
        const box = this.canvas.getBoundingClientRect();
        return [2 * (event.clientX - box.left) / box.width - 1, 1 - 2 * (event.clientY - box.top) / box.height];
    }

    draw() {
        const box = this.canvas.getBoundingClientRect(), density = Math.min(2, window.devicePixelRatio || 1);
        const width = Math.max(1, Math.round(box.width * density)), height = Math.max(1, Math.round(box.height * density));
        if (this.canvas.width !== width || this.canvas.height !== height) { Object.assign(this.canvas, { width, height }); }
        this.drawTo(this.context, density, this.viewer.colors, this.viewer.markedIn(this));
    }

    /** Draws the molecule, the surfaces and labels over a whole canvas. */
    drawTo(context, density, colors, marked) {
        const { viewer } = this;
        viewer.renderer.render(context, this.camera, {
            molecule: this.molecule, surfaces: this.layers[viewer.property] || [], map: viewer.map,
            lobes: viewer.properties[viewer.property].colors, range: viewer.rangeOf(this), opacity: viewer.opacity, marked,
            background: colors.background, accent: colors.accent,
        });
        this.drawLabels(context, density, colors);
    }

    /** What is to be written on an atom; empty for nothing. */
    labelText(atom, index, charges) {
        if (this.viewer.labels === "charges" && charges) { return signedNumber(charges[index], 2); }
        if (this.viewer.labels === "atoms") { return `${atom.symbol}${index + 1}`; }
        return this.viewer.labels === "metals" && atom.isMetal ? atom.symbol : "";
    }

    /** Near atoms keep their places; a label that would cover another one moves beside its atom, or is left out. */
    drawLabels(context, density, colors) {
        const { viewer } = this, { width, height } = context.canvas;
        context.font = `600 ${Math.round(11.5 * density)}px system-ui, sans-serif`;
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.lineWidth = 3 * density;
        context.lineJoin = "round";
        const charges = this.state.charges[viewer.scheme];
        const seen = this.molecule.atoms.map((atom, index) => [index, ...this.camera.project(atom.place, this.aspect)]);
        const taken = [], size = 12 * density;
        for (const [index, x, y] of seen.sort((a, b) => b[3] - a[3])) {
            const text = this.labelText(this.molecule.atoms[index], index, charges);
            if (!text) { continue; }
            const half = [context.measureText(text).width / 2 + density, size / 2];
            const place = [[0, 0], [0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]]
                .map(([right, down]) => [
                    (x + 1) / 2 * width + right * (half[0] + size * 0.7), (1 - y) / 2 * height + down * size * 1.2,
                ])
                .find(([left, top]) => taken.every((box) =>
                    Math.abs(left - box[0]) > half[0] + box[2] || Math.abs(top - box[1]) > half[1] + box[3]));
            if (!place) { continue; }
            taken.push([...place, ...half]);
            context.strokeStyle = cssColor(colors.background);
            context.strokeText(text, ...place);
            context.fillStyle = cssColor(colors.text);
            context.fillText(text, ...place);
        }
    }

    /** The atom under a place of the panel, or null; and what a surface shows there. */
    pick(place) {
        const ray = this.camera.ray(place, this.aspect);
        let atom = null, nearest = Infinity;
        this.molecule.atoms.forEach((candidate, index) => {
            const distance = distanceToSphere(ray, candidate.place, candidate.radius + 0.25);
            if (distance < nearest) { [nearest, atom] = [distance, index]; }
        });
        const absolute = { origin: add(ray.origin, this.molecule.center), direction: ray.direction };
        const hits = (this.layers[this.viewer.property] || []).map((surface) => surface.hit(absolute)).filter(Boolean);
        hits.sort((a, b) => a.distance - b.distance);
        return { atom, value: hits.length ? hits[0].value : null };
    }

    listen() {
        const pointers = new Map();
        let moved = false;
        this.canvas.addEventListener("pointerdown", (event) => {
            this.canvas.setPointerCapture(event.pointerId);
            pointers.set(event.pointerId, this.place(event));
            moved = false;
        });
        this.canvas.addEventListener("pointermove", (event) => {
            const to = this.place(event), from = pointers.get(event.pointerId);
            if (!from) { return this.viewer.hover(this, to, event); }
            moved = true;
            pointers.set(event.pointerId, to);
            if (pointers.size === 2) {
                const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
                const apart = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
                this.camera.zoom(apart(to) / Math.max(1e-3, apart(from)));
            } else if (event.shiftKey || event.buttons === 4) {
                this.shift(to[0] - from[0], to[1] - from[1]);
            } else if (event.pointerType === "touch") {
                // Up and down belong to the page.
                this.camera.turn([0, 1, 0], 2 * (to[0] - from[0]));
            } else {
                this.camera.drag(from, to);
            }
            this.changed();
        });
        const release = (event) => {
            const place = pointers.get(event.pointerId);
            pointers.delete(event.pointerId);
            if (place && !moved && event.type === "pointerup") { this.viewer.hover(this, place, event); }
        };
        this.canvas.addEventListener("pointerup", release);
        this.canvas.addEventListener("pointercancel", release);
        this.canvas.addEventListener("pointerleave", () => { if (pointers.size === 0) { this.viewer.leave(); } });
        this.canvas.addEventListener("wheel", (event) => {
            // The page scrolls until the picture has been clicked.
            if (document.activeElement !== this.canvas && !event.ctrlKey) { return; }
            event.preventDefault();
            this.camera.zoom(Math.exp(-0.0015 * event.deltaY));
            this.changed();
        }, { passive: false });
        this.canvas.addEventListener("dblclick", () => { this.camera.reset(); this.changed(); });
        this.canvas.addEventListener("keydown", (event) => this.pressed(event));
        this.canvas.addEventListener("blur", () => this.viewer.leave());
    }

    /** Moves the picture by parts of half its width and height. */
    shift(x, y) {
        const [width, height] = this.camera.halfSizes(this.aspect);
        this.camera.pan = [this.camera.pan[0] - x * width, this.camera.pan[1] - y * height];
    }

    pressed(event) {
        const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
        const arrow = arrows[event.key];
        if (event.ctrlKey || event.metaKey || event.altKey) { return; }
        if (arrow && event.shiftKey) {
            this.shift(0.1 * arrow[0], 0.1 * arrow[1]);
        } else if (arrow) {
            this.camera.turn([-arrow[1], arrow[0], 0], Math.PI / 24);
        } else if (event.key === "+" || event.key === "=") {
            this.camera.zoom(1.15);
        } else if (event.key === "-") {
            this.camera.zoom(1 / 1.15);
        } else if (event.key === "0" || event.key === "Home") {
            this.camera.reset();
        } else if (event.key === "n" || event.key === "p") {
            return this.viewer.step(this, event.key === "n" ? 1 : -1);
        } else if (event.key === "Escape") {
            return this.viewer.leave();
        } else {
            return;
        }
        event.preventDefault();
        this.changed();
    }
}
