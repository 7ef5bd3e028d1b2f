"use strict";

const vertexShader = `
attribute vec3 position;
attribute vec3 normal;
attribute vec3 color;
uniform mat3 shape;
uniform vec3 place;
uniform mat3 rotation;
uniform vec2 pan;
uniform vec4 lens;
varying vec3 seenNormal;
varying vec3 seenPlace;
varying vec3 seenColor;
void main() {
    vec3 p = rotation * (place + shape * position);
    seenNormal = rotation * normalize(shape * normal);
    seenPlace = p;
    seenColor = color;
    gl_Position = vec4((p.xy - pan) * lens.xy, -p.z / lens.w + lens.w / lens.z, 1.0 - p.z / lens.z);
}`;

const fragmentShader = `
precision highp float;
uniform float opacity;
uniform float gloss;
uniform float eye;
uniform vec3 background;
uniform float depth;
varying vec3 seenNormal;
varying vec3 seenPlace;
varying vec3 seenColor;
void main() {
    vec3 toEye = normalize(vec3(0.0, 0.0, eye) - seenPlace);
    vec3 n = normalize(seenNormal);
    if (dot(n, toEye) < 0.0) { n = -n; }
    vec3 light = normalize(vec3(-0.35, 0.55, 0.8));
    float diffuse = max(dot(n, light), 0.0);
    float shine = pow(max(dot(n, normalize(light + toEye)), 0.0), 48.0) * gloss;
    vec3 lit = seenColor * (0.46 + 0.58 * diffuse) + vec3(shine);
    // What is far fades a little into the background.
    float fade = clamp(0.5 - 0.5 * seenPlace.z / depth, 0.0, 1.0) * 0.22;
    float rim = 1.0 - max(dot(n, toEye), 0.0);
    float alpha = opacity < 1.0 ? clamp(opacity + (1.0 - opacity) * 0.6 * rim * rim, 0.0, 1.0) : 1.0;
    gl_FragColor = vec4(mix(lit, background, fade), alpha);
}`;

/**
 * Draws molecules and surfaces. One WebGL canvas, never shown, serves all panels: browsers allow only few, and data that panels
 * share is uploaded once. The picture is then copied to the panel.
 */
class Renderer {
    /** Throws where the browser has no WebGL. */
    constructor() {
        this.canvas = document.createElement("canvas");
        const options = { antialias: true, alpha: false, preserveDrawingBuffer: true };
        const gl = this.canvas.getContext("webgl2", options) || this.canvas.getContext("webgl", options);
        if (!gl) { throw new Error("WebGL is not available"); }
        if (!(typeof WebGL2RenderingContext !== "undefined" && gl instanceof WebGL2RenderingContext)) {
            gl.getExtension("OES_element_index_uint");
        }
        this.gl = gl;
        this.program = this.linked(vertexShader, fragmentShader);
        gl.useProgram(this.program);
        this.uniforms = {};
        for (const name of ["shape", "place", "rotation", "pan", "lens", "opacity", "gloss", "eye", "background", "depth"]) {
            this.uniforms[name] = gl.getUniformLocation(this.program, name);
        }
        this.sphere = this.uploaded(sphereMesh(24, 36));
        this.cylinder = this.uploaded(tubeMesh(24, 1));
        this.cone = this.uploaded(tubeMesh(24, 0));
        this.surfaces = new Map();
    }

    linked(vertex, fragment) {
        const gl = this.gl, program = gl.createProgram();
        for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
            const shader = gl.createShader(kind);
            gl.shaderSource(shader, text);
            gl.compileShader(shader);
            if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) { throw new Error(gl.getShaderInfoLog(shader)); }
            gl.attachShader(program, shader);
        }
        ["position", "normal", "color"].forEach((name, index) => gl.bindAttribLocation(program, index, name));
        gl.linkProgram(program);
        if (!gl.getProgramParameter(program, gl.LINK_STATUS)) { throw new Error(gl.getProgramInfoLog(program)); }
        return program;
    }

    buffer(kind, data) {
        const buffer = this.gl.createBuffer();
        this.gl.bindBuffer(kind, buffer);
        this.gl.bufferData(kind, data, this.gl.STATIC_DRAW);
        return buffer;
    }

    uploaded(mesh) {
        const gl = this.gl;
        return {
            position: this.buffer(gl.ARRAY_BUFFER, mesh.positions), positionType: Renderer.type(gl, mesh.positions),
            normal: this.buffer(gl.ARRAY_BUFFER, mesh.normals), normalType: Renderer.type(gl, mesh.normals),
            corners: this.buffer(gl.ELEMENT_ARRAY_BUFFER, mesh.triangles), cornerType: Renderer.type(gl, mesh.triangles),
            count: mesh.triangles.length, color: null, coloring: "",
        };
    }

    static type(gl, array) {
        return {
            Float32Array: gl.FLOAT, Int8Array: gl.BYTE, Uint16Array: gl.UNSIGNED_SHORT, Uint32Array: gl.UNSIGNED_INT,
        }[array.constructor.name];
    }

    bind(mesh) {
        const gl = this.gl;
        gl.bindBuffer(gl.ARRAY_BUFFER, mesh.position);
        gl.enableVertexAttribArray(0);
        gl.vertexAttribPointer(0, 3, mesh.positionType, false, 0, 0);
        gl.bindBuffer(gl.ARRAY_BUFFER, mesh.normal);
        gl.enableVertexAttribArray(1);
        gl.vertexAttribPointer(1, 3, mesh.normalType, true, mesh.normalType === gl.BYTE ? 4 : 0, 0);
        if (mesh.color) {
            gl.bindBuffer(gl.ARRAY_BUFFER, mesh.color);
            gl.enableVertexAttribArray(2);
            gl.vertexAttribPointer(2, 3, gl.UNSIGNED_BYTE, true, 0, 0);
        } else {
            gl.disableVertexAttribArray(2);
        }
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.corners);
    }

    /** Draws the bound mesh: `place + shape * position`, in bohr relative to the molecule's centre. */
    draw(mesh, shape, place) {
        this.gl.uniformMatrix3fv(this.uniforms.shape, false, shape);
        this.gl.uniform3fv(this.uniforms.place, place);
        this.gl.drawElements(this.gl.TRIANGLES, mesh.count, mesh.cornerType, 0);
    }

    /** Colour of what follows, where the mesh has none of its own. */
    color([red, green, blue]) { this.gl.vertexAttrib3f(2, red / 255, green / 255, blue / 255); }

    /** The surface on the graphics processor, with colours of its values by map and range. */
    mesh(surface, map, range) {
        let mesh = this.surfaces.get(surface);
        if (!mesh) { this.surfaces.set(surface, mesh = this.uploaded(surface)); }
        const coloring = `${map} ${range}`;
        if (surface.values && mesh.coloring !== coloring) {
            const table = colorTable(map), colors = new Uint8Array(3 * surface.vertexCount);
            const factor = 255 / ((range[1] - range[0]) || 1);
            surface.values.forEach((value, vertex) => {
                const step = Math.min(255, Math.max(0, Math.round((value - range[0]) * factor)));
                colors.set(table.subarray(3 * step, 3 * step + 3), 3 * vertex);
            });
            if (mesh.color) { this.gl.deleteBuffer(mesh.color); }
            mesh.color = this.buffer(this.gl.ARRAY_BUFFER, colors);
            mesh.coloring = coloring;
        }
        return mesh;
    }

    /**
     * Draws a picture and copies it to `context`, a canvas's own.
     * scene: molecule, surfaces, map, lobes (colours of positive and negative surfaces), range, opacity, marked (an atom or null), background, accent.
     */
    render(context, camera, scene) {
        const gl = this.gl, { width, height } = context.canvas;
        if (this.canvas.width < width) { this.canvas.width = width; }
        if (this.canvas.height < height) { this.canvas.height = height; }
        gl.viewport(0, 0, width, height);
        gl.enable(gl.SCISSOR_TEST);
        gl.scissor(0, 0, width, height);
        const background = scene.background.map((value) => value / 255);
        gl.clearColor(...background, 1);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
        gl.enable(gl.DEPTH_TEST);
        gl.depthFunc(gl.LEQUAL);
        const [halfWidth, halfHeight] = camera.halfSizes(width / height), depth = 1.6 * camera.extent;
        gl.uniformMatrix3fv(this.uniforms.rotation, false, rotationMatrix(camera.rotation));
        gl.uniform2fv(this.uniforms.pan, camera.pan);
        gl.uniform4f(this.uniforms.lens, 1 / halfWidth, 1 / halfHeight, camera.eyeDistance, depth);
        gl.uniform1f(this.uniforms.eye, camera.eyeDistance);
        gl.uniform3fv(this.uniforms.background, background);
        gl.uniform1f(this.uniforms.depth, depth);
        this.drawMolecule(scene);
        this.drawSurfaces(scene);
        context.drawImage(this.canvas, 0, this.canvas.height - height, width, height, 0, 0, width, height);
    }

    drawMolecule({ molecule, marked, accent }) {
        const gl = this.gl;
        gl.uniform1f(this.uniforms.opacity, 1);
        gl.uniform1f(this.uniforms.gloss, 0.4);
        this.bind(this.sphere);
        for (const atom of molecule.atoms) {
            this.color(atom.color);
            this.draw(this.sphere, scaleMatrix(atom.radius), atom.place);
        }
        if (marked !== null) {
            // Only the inside of a larger ball: a ring around the atom.
            const atom = molecule.atoms[marked];
            gl.enable(gl.CULL_FACE);
            gl.cullFace(gl.FRONT);
            this.color(accent);
            this.draw(this.sphere, scaleMatrix(atom.radius + 0.22), atom.place);
            gl.disable(gl.CULL_FACE);
        }
        this.bind(this.cylinder);
        for (const [first, second] of molecule.bonds) {
            const a = molecule.atoms[first], b = molecule.atoms[second];
            const axis = subtract(b.place, a.place), length = Math.hypot(...axis);
            if (length < 1e-6) { continue; }
            // The visible part between the balls, half in the colour of each.
            const middle = add(a.place, scaled(axis, (length + a.radius - b.radius) / (2 * length)));
            for (const [atom, end] of [[a, middle], [b, middle]]) {
                this.color(atom.color);
                this.draw(this.cylinder, stickMatrix(subtract(end, atom.place), 0.19), atom.place);
            }
        }
        this.drawArrows(molecule.arrows || [], accent);
    }

    /** Arrows from a place along a vector, with heads of at most half their length. */
    drawArrows(arrows, color) {
        this.color(color);
        for (const [mesh, isHead, radius] of [[this.cylinder, false, 0.11], [this.cone, true, 0.3]]) {
            this.bind(mesh);
            for (const { place, vector } of arrows) {
                const length = Math.hypot(...vector);
                const neck = 1 - Math.min(0.5, 0.75 / length);
                const part = isHead ? 1 - neck : neck;
                this.draw(mesh, stickMatrix(scaled(vector, part), radius), isHead ? add(place, scaled(vector, neck)) : place);
            }
        }
    }

    /** The nearest sheet only: what lies behind it would make a muddle of colours. */
    drawSurfaces({ surfaces, map, lobes, range, opacity, molecule }) {
        const gl = this.gl;
        gl.uniform1f(this.uniforms.opacity, opacity);
        gl.uniform1f(this.uniforms.gloss, 0.16);
        const passes = opacity < 1 ? [false, true] : [true];
        for (const isVisible of passes) {
            gl.colorMask(isVisible, isVisible, isVisible, false);
            if (isVisible && opacity < 1) {
                gl.enable(gl.BLEND);
                gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
            }
            for (const surface of surfaces) {
                const mesh = this.mesh(surface, map, range);
                this.bind(mesh);
                if (!mesh.color) { this.color(parsedColor(lobes[surface.level < 0 ? 1 : 0])); }
                this.draw(mesh, scaleMatrix(surface.scale), subtract(surface.origin, molecule.center));
            }
        }
        gl.disable(gl.BLEND);
        gl.colorMask(true, true, true, true);
    }
}

const scaleMatrix = (factor) => [factor, 0, 0, 0, factor, 0, 0, 0, factor];

/** Takes the cylinder of radius and height one along z to one along `axis`. */
function stickMatrix(axis, radius) {
    const z = unit(axis), x = unit(cross(Math.abs(z[0]) < 0.8 ? [1, 0, 0] : [0, 1, 0], z)), y = cross(z, x);
    return [...scaled(x, radius), ...scaled(y, radius), ...axis];
}

/** Ball of radius one, by circles of latitude. */
function sphereMesh(rows, columns) {
    const positions = [], triangles = [];
    for (let row = 0; row <= rows; row++) {
        const polar = Math.PI * row / rows;
        for (let column = 0; column <= columns; column++) {
            const angle = 2 * Math.PI * column / columns;
            positions.push(Math.sin(polar) * Math.cos(angle), Math.sin(polar) * Math.sin(angle), Math.cos(polar));
        }
    }
    for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
            const a = row * (columns + 1) + column, b = a + columns + 1;
            triangles.push(a, b, a + 1, a + 1, b, b + 1);
        }
    }
    const vertices = Float32Array.from(positions);
    return { positions: vertices, normals: vertices, triangles: orientedOutwards(vertices, triangles) };
}

/** Open tube from z = 0, with radius one, to z = 1, with radius `top`. */
function tubeMesh(sides, top) {
    const positions = [], normals = [], triangles = [];
    for (let side = 0; side <= sides; side++) {
        const angle = 2 * Math.PI * side / sides;
        for (const z of [0, 1]) {
            const radius = z ? top : 1;
            positions.push(radius * Math.cos(angle), radius * Math.sin(angle), z);
            normals.push(Math.cos(angle), Math.sin(angle), 0);
        }
        if (side < sides) { triangles.push(2 * side, 2 * side + 2, 2 * side + 1, 2 * side + 1, 2 * side + 2, 2 * side + 3); }
    }
    return {
        positions: Float32Array.from(positions), normals: Float32Array.from(normals), triangles: Uint16Array.from(triangles),
    };
}

/** Triangles that run counterclockwise seen from outside, for a body around the origin. */
function orientedOutwards(vertices, triangles) {
    const corner = (index) => Array.from(vertices.subarray(3 * index, 3 * index + 3));
    const result = new Uint16Array(triangles.length);
    for (let t = 0; t < triangles.length; t += 3) {
        const [i, j, k] = triangles.slice(t, t + 3), [a, b, c] = [i, j, k].map(corner);
        const isOutward = dot(cross(subtract(b, a), subtract(c, a)), add(a, add(b, c))) >= 0;
        result.set(isOutward ? [i, j, k] : [i, k, j], t);
    }
    return result;
}
