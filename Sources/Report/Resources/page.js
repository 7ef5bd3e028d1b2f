"use strict";

/** Sorts the rows of a table by one of its columns; numbers by value, with rows that have none at the end. */
function sortable(table) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    const key = (row, column) => {
        const cell = row.cells[column], number = cell.dataset.key;
        return number === undefined ? cell.textContent.trim() : Number(number);
    };
    heads.forEach((head, column) => {
        const button = element("button", "", head.textContent);
        button.type = "button";
        head.replaceChildren(button);
        button.addEventListener("click", () => {
            const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
            heads.forEach((other) => other.removeAttribute("aria-sort"));
            head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
            const rows = [...body.rows].sort((a, b) => {
                const [x, y] = [key(a, column), key(b, column)];
                if (x === "" || y === "") { return (x === "") - (y === ""); }
                return direction * (typeof x === "number" && typeof y === "number" ? x - y
                    : String(x).localeCompare(String(y), "en", { numeric: true }));
            });
            body.append(...rows);
        });
    });
}

/** Shows the tables of one charge scheme. */
function chooseScheme(name) {
    document.documentElement.dataset.scheme = name;
    document.querySelectorAll("[data-of-scheme]").forEach((part) => { part.hidden = part.dataset.ofScheme !== name; });
}

/** Without WebGL: the pictures that were drawn beforehand. */
function showPictures() {
    document.documentElement.dataset.viewer = "pictures";
    document.querySelectorAll("#panels canvas").forEach((canvas) => canvas.remove());
}

let viewer = null;

function start() {
    document.querySelectorAll("table.sortable").forEach(sortable);
    const choice = document.getElementById("scheme");
    if (choice) {
        chooseScheme(choice.value);
        choice.addEventListener("input", () => chooseScheme(choice.value));
    }
    const data = JSON.parse(document.getElementById("data").textContent);
    try {
        document.documentElement.dataset.viewer = "drawing";
        viewer = new Viewer(data, new Renderer());
        if (choice) { choice.addEventListener("input", () => { viewer.leave(); viewer.update(); }); }
        document.documentElement.dataset.viewer = "ready";
    } catch (error) {
        document.getElementById("reason").textContent = ` (${error.message})`;
        showPictures();
    }
}

document.documentElement.classList.add("scripted");
start();
