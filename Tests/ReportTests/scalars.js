// Added to the page by BrowserTests: compares what the browser read with what was written, and tries what the policy forbids.
"use strict";

/** What must become of a code point in the page. */
function expected(code) {
    const isControl = code < 0x20 && code !== 9 && code !== 10 || code >= 0x7f && code < 0xa0 || code >= 0x2028 && code <= 0x202e
        || code >= 0x2066 && code <= 0x2069 || (code & 0xfffe) === 0xfffe;
    return isControl ? "\ufffd" : String.fromCodePoint(code);
}

/** All Unicode scalars. */
const ranges = [[0, 0xd7ff], [0xe000, 0x10ffff]];

/** Code points, at most ten a special character, where `text` is not what was written. */
function differences(text) {
    const wrong = {};
    let place = 0;
    for (const special of ["<", ">", "&", "\"", "'"]) {
        const found = [];
        for (const [first, last] of ranges) {
            for (let code = first; code <= last; code++) {
                const piece = expected(code) + special;
                if (!text.startsWith(piece, place) && found.length < 10) { found.push(code); }
                place += piece.length;
            }
        }
        if (found.length > 0) { wrong[special] = found; }
    }
    if (place !== text.length) { wrong.length = [place, text.length]; }
    return wrong;
}

/** Directives of the policy that refused something. */
async function refused() {
    const directives = new Set();
    document.addEventListener("securitypolicyviolation", (event) => directives.add(event.effectiveDirective));
    const place = document.createElement("div");
    document.body.append(place);
    const script = document.createElement("script");
    script.append("document.title = 'harm'");
    place.append(script);
    place.setAttribute("style", "width: 17px");
    place.setAttribute("onclick", "document.title = 'harm'");
    place.click();
    const image = document.createElement("img");
    image.src = "https://example.org/x.png";
    place.append(image);
    const base = document.createElement("base");
    base.href = "https://example.org/";
    document.head.append(base);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return [[...directives].sort(), getComputedStyle(place).width === "17px"];
}

async function survey() {
    const comment = document.querySelector("header q"), attribute = document.getElementById("attribute");
    const seen = {
        wrong: { ...differences(comment.textContent), ...differences(attribute.title) },
        elements: comment.childElementCount, attributes: attribute.getAttributeNames().sort(),
    };
    // What is written down must be short.
    document.querySelector("header").remove();
    [seen.policy, seen.isStyled] = await refused();
    seen.errors = window.probeErrors;
    seen.title = document.title;
    const result = document.createElement("pre");
    result.id = "probe";
    result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(seen))));
    document.body.append(result);
}

survey().catch((error) => window.probeErrors.push(String(error)));
