"use strict";
// Colours are arrays red, green, blue in 0...255.

/** Colour maps from the lowest to the highest value. `useColors` gives the first two the colours of the program's pictures. */
const colorMaps = {
    "red-blue": { title: "red negative, blue positive", stops: ["#ff0000", "#0000ff"] },
    "blue-red": { title: "blue negative, red positive", stops: ["#0000ff", "#ff0000"] },
    "orange-purple": {
        title: "orange negative, purple positive (colour-blind safe)",
        stops: ["#b35806", "#f1a340", "#f4f2ee", "#998ec3", "#542788"],
    },
    // Even steps of lightness, so that it survives a grey print; values after P. Nunez et al., doi 10.1371/journal.pone.0199239.
    "cividis": {
        title: "dark low, light high (grey prints, colour-blind safe)",
        stops: ["#00204d", "#31446b", "#666970", "#958f78", "#cbba69", "#ffea46"],
    },
};

const parsedColor = (text) => [1, 3, 5].map((start) => parseInt(text.slice(start, start + 2), 16));

/** Colour at a place 0...1 of a map. */
function mapColor(name, place) {
    const stops = colorMaps[name].stops.map(parsedColor);
    const position = Math.min(1, Math.max(0, place)) * (stops.length - 1);
    const index = Math.min(stops.length - 2, Math.floor(position)), share = position - index;
    return stops[index].map((value, channel) => Math.round(value + share * (stops[index + 1][channel] - value)));
}

/** The map in 256 steps, for many vertices. */
function colorTable(name) {
    const table = new Uint8Array(256 * 3);
    for (let step = 0; step < 256; step++) { table.set(mapColor(name, step / 255), 3 * step); }
    return table;
}

function useColors(scale) {
    colorMaps["red-blue"].stops = scale;
    colorMaps["blue-red"].stops = [...scale].reverse();
}

const cssColor = (color) => `rgb(${color.join(" ")})`;
