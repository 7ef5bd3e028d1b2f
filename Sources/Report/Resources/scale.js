"use strict";

/** Units of the potential, by the number that turns hartree/e into them. */
const potentialUnits = {
    "hartree/e": { factor: 1, digits: 4 }, "kcal/(mol e)": { factor: 627.50947, digits: 1 }, "V": { factor: 27.211386, digits: 3 },
};

/** A number with sign and a true minus. */
function signedNumber(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    return Number(text) === 0 ? text : (value < 0 ? "\u2212" : "+") + text;
}

/** Round values from low to high, at most `most` of them, with just the digits that they need. */
function roundTicks(low, high, most) {
    const range = high - low;
    if (!(range > 0)) { return []; }
    const power = Math.floor(Math.log10(range / most));
    const [step, digits] = [[1, 0], [2, 0], [2.5, 1], [5, 0], [10, -1], [20, -1], [50, -1], [100, -2]]
        .map(([factor, extra]) => [factor * 10 ** power, Math.max(0, extra - power)])
        .find(([size]) => Math.floor(high / size + 1e-6) - Math.ceil(low / size - 1e-6) + 1 <= most);
    const ticks = [];
    for (let k = Math.ceil(low / step - 1e-6); k <= high / step + 1e-6; k++) {
        ticks.push({ value: k * step, text: signedNumber(k * step, digits) });
    }
    return ticks;
}

/** Up to the next number of two digits, the second of them even or five: the ends of scales in the program's pictures. */
function roundedUp(value) {
    const unit = 10 ** (Math.floor(Math.log10(value)) - 1), steps = Math.ceil(value / unit - 1e-9), part = steps > 20 ? 5 : 2;
    return Math.ceil(steps / part) * part * unit;
}

/** How far values reach from zero, without two per cent at either end. */
function robustReach(lists) {
    const values = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0));
    let place = 0;
    for (const list of lists) {
        values.set(list, place);
        place += list.length;
    }
    values.sort();
    const skipped = Math.min(Math.floor(0.02 * values.length), (values.length - 1) >> 1);
    return roundedUp(Math.max(Math.abs(values[skipped]), Math.abs(values[values.length - 1 - skipped]), 1e-4));
}
