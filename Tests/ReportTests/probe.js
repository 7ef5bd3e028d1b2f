// Added to the page by BrowserTests: uses the page as a reader would and writes down what it saw.
"use strict";
const seen = { errors: window.probeErrors };

/** Shares of the pixels of a panel that differ from the background, and that are much redder or bluer than grey. */
function pixels(index) {
    const canvas = document.querySelectorAll("canvas")[index];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const count = { drawn: 0, red: 0, blue: 0 };
    for (let i = 0; i < data.length; i += 4) {
        const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
        if (Math.abs(r - data[0]) + Math.abs(g - data[1]) + Math.abs(b - data[2]) > 12) { count.drawn++; }
        if (r - b > 30 && r - g > 30) { count.red++; }
        if (b - r > 30) { count.blue++; }
    }
    for (const name of Object.keys(count)) { count[name] /= data.length / 4; }
    return count;
}

/** The page draws at once before it is printed; frames would come late or never while the browser's time is a made-up one. */
const draw = () => window.dispatchEvent(new Event("beforeprint"));

function choose(name, value) {
    const controls = document.getElementById("controls");
    controls.elements[name].value = value;
    controls.dispatchEvent(new Event("input"));
    draw();
}

function press(index, key) {
    document.querySelectorAll("canvas")[index].dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    draw();
}

/** What the modes of the first state show: chosen at the start, by the spectrum and by the table; and how far the atoms move. */
function vibration(panel) {
    const state = () => [panel.mode, Number(panel.part.querySelector("tr.chosen th").textContent)];
    const seenModes = [state()];
    panel.draw();
    const arrows = panel.canvas.toDataURL();
    const line = panel.part.querySelector("[data-mode='2']").getBoundingClientRect();
    panel.part.querySelector("svg").dispatchEvent(new MouseEvent("click", { clientX: line.left + 4, clientY: line.top, bubbles: true }));
    seenModes.push(state());
    const isMoving = panel.phase !== null;
    panel.part.querySelector("tbody button").click();
    seenModes.push(state());
    panel.phase = 0;
    panel.draw();
    const rest = panel.canvas.toDataURL();
    panel.phase = Math.PI / 2;
    panel.draw();
    const moved = panel.canvas.toDataURL() !== rest;
    panel.play(false);
    panel.draw();
    const stopped = panel.button.textContent === "Vibrate" && panel.canvas.toDataURL() !== rest;
    return { seenModes, isMoving, moved, stopped, hasArrows: arrows !== rest, text: panel.text.textContent };
}

function probe() {
    draw();
    seen.viewer = document.documentElement.dataset.viewer;
    seen.title = document.title;
    seen.requests = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => !name.startsWith("data:"));
    seen.pictures = [...document.querySelectorAll(".picture img")].map((image) => image.getBoundingClientRect().width > 0);
    seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (seen.viewer === "ready") {
        seen.potential = [0, 1, 2].map(pixels);
        seen.bar = document.querySelector(".ticks").textContent;
        choose("unit", "V");
        seen.volts = document.querySelector(".scale .unit").textContent;
        choose("scale", "relative");
        seen.relative = document.querySelector(".scale .unit").textContent;
        choose("scale", "symmetric");
        choose("unit", "hartree/e");
        seen.saved = [...viewer.sheet().bytes().subarray(0, 54)];
        choose("map", "blue-red");
        seen.turnedAround = [0, 1, 2].map(pixels);
        choose("map", "red-blue");
        choose("property", "difference");
        seen.difference = [0, 1, 2].map(pixels);
        choose("property", "molecule");
        seen.molecule = [0, 1, 2].map(pixels);
        press(0, "n");
        seen.note = document.getElementById("note").textContent;
        const before = document.querySelectorAll("canvas")[2].toDataURL();
        press(0, "ArrowLeft");
        seen.followed = document.querySelectorAll("canvas")[2].toDataURL() !== before;
    }
    if (seen.viewer === "ready") { seen.vibration = vibration(viewer.vibrations[0]); }
    const table = [...document.querySelectorAll("table.sortable")].find((one) => one.caption.textContent.includes("charges of atoms"));
    table.tHead.rows[0].cells[3].querySelector("button").click();
    seen.sorted = [...table.tBodies[0].rows].map((row) => Number(row.cells[3].dataset.key));
    seen.hidden = [...document.querySelectorAll("[data-of-scheme]")].map((part) => part.hidden);
}

try {
    probe();
} catch (error) {
    window.probeErrors.push(String(error));
}
const result = document.createElement("pre");
result.id = "probe";
result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(seen))));
document.body.append(result);
