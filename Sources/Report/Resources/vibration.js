"use strict";

/** The molecule in one of its normal modes: arrows while it rests, the motion while it vibrates. The spectrum and the table choose the mode. */
class VibrationPanel extends Panel {
    constructor(part, run, molecule, state, viewer) {
        super(part.querySelector("figure"), run, molecule, { ...state, layers: {} }, viewer);
        this.part = part;
        this.modes = state.vibrations.modes;
        this.texts = state.vibrations.texts;
        // There are no surfaces around the atoms.
        this.camera = new Camera(molecule.extent - 3, molecule.orientation);
        this.phase = null;
        this.isSeen = true;
        this.text = element("p", "mode");
        this.button = element("button", "", "Vibrate");
        this.button.type = "button";
        this.button.addEventListener("click", () => this.play(this.phase === null));
        this.bar.append(this.text, this.button);
        this.lines = [...part.querySelectorAll("svg [data-mode]")];
        this.rows = new Map([...part.querySelector("tbody").rows].map((row) => [Number(row.cells[0].textContent) - 1, row]));
        this.listenToChoices();
        new IntersectionObserver(([entry]) => { this.isSeen = entry.isIntersecting; }).observe(this.canvas);
        this.choose(state.vibrations.strongest);
    }

    changed() {
        this.isStale = true;
        this.viewer.request();
    }

    draw() {
        this.isStale = false;
        super.draw();
    }

    /** Draws what is not drawn yet: what else the page shows does not concern this picture. */
    refresh() {
        const width = this.canvas.getBoundingClientRect().width;
        if (this.isStale || this.width !== width) { this.draw(); }
        this.width = width;
    }

    listenToChoices() {
        const isStill = matchMedia("(prefers-reduced-motion: reduce)");
        const chosen = (mode) => {
            this.choose(mode);
            this.play(!isStill.matches);
        };
        const spectrum = this.part.querySelector("svg");
        if (spectrum) {
            spectrum.addEventListener("click", (event) => {
                const mode = this.nearestLine(event.clientX);
                if (mode !== null) { chosen(mode); }
            });
        }
        for (const [mode, row] of this.rows) {
            const button = element("button", "", row.cells[0].textContent);
            button.type = "button";
            button.addEventListener("click", () => chosen(mode));
            row.cells[0].replaceChildren(button);
        }
    }

    /** The mode whose line is nearest to a place of the screen; of lines within three pixels the strongest. */
    nearestLine(x) {
        const places = this.lines.map((line) => {
            const box = line.getBoundingClientRect();
            return { mode: Number(line.dataset.mode), distance: Math.abs(box.left + box.width / 2 - x), height: box.height };
        });
        if (!places.length) { return null; }
        const nearest = Math.min(...places.map((place) => place.distance));
        return places.filter((place) => place.distance <= nearest + 3).sort((a, b) => b.height - a.height)[0].mode;
    }

    choose(mode) {
        this.mode = mode;
        this.text.textContent = this.texts[mode];
        this.canvas.setAttribute("aria-label", `${this.texts[mode]}. Arrow keys turn, plus and minus zoom.`);
        this.lines.forEach((line) => line.classList.toggle("chosen", Number(line.dataset.mode) === mode));
        for (const [number, row] of this.rows) { row.classList.toggle("chosen", number === mode); }
        this.changed();
    }

    play(isMoving) {
        const wasMoving = this.phase !== null;
        this.phase = isMoving ? this.phase || 0 : null;
        this.button.textContent = isMoving ? "Stop" : "Vibrate";
        if (isMoving && !wasMoving) {
            const start = performance.now();
            const next = (now) => {
                if (this.phase === null) { return; }
                this.phase = 2 * Math.PI * (now - start) / 1200;
                if (this.isSeen) { this.draw(); }
                requestAnimationFrame(next);
            };
            requestAnimationFrame(next);
        }
        this.changed();
    }

    /** The vector of an atom in the chosen mode, in bohr; the longest one has the given length. */
    vectors(longest) {
        const mode = this.modes[this.mode];
        const all = this.molecule.atoms.map((_, index) => mode.slice(3 * index, 3 * index + 3));
        const factor = longest / Math.max(1e-6, ...all.map((vector) => Math.hypot(...vector)));
        return all.map((vector) => scaled(vector, factor));
    }

    drawTo(context, density, colors, marked) {
        const rest = this.molecule;
        if (this.phase === null) {
            const vectors = this.vectors(2.6);
            const arrows = rest.atoms.map((atom, index) => ({ place: atom.place, vector: vectors[index] }))
                .filter(({ vector }) => Math.hypot(...vector) > 0.3);
            this.molecule = Object.assign(Object.create(rest), { arrows });
        } else {
            const vectors = this.vectors(0.7 * Math.sin(this.phase));
            const atoms = rest.atoms.map((atom, index) => ({ ...atom, place: add(atom.place, vectors[index]) }));
            this.molecule = Object.assign(Object.create(rest), { atoms });
        }
        super.drawTo(context, density, colors, marked);
        this.molecule = rest;
    }
}
