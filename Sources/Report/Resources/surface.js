"use strict";

/** Bytes of a base64 text. */
function bytesOf(text) {
    const binary = atob(text), bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index++) { bytes[index] = binary.charCodeAt(index); }
    return bytes;
}

/** 16-bit numbers, low byte first, whatever the machine prefers. */
function wordsOf(text) {
    const bytes = bytesOf(text), words = new Uint16Array(bytes.length / 2);
    for (let index = 0; index < words.length; index++) { words[index] = bytes[2 * index] | (bytes[2 * index + 1] << 8); }
    return words;
}

/** A closed surface as the report stores it: see SurfaceRecord.swift for the form. */
class Surface {
    constructor(record) {
        this.level = record.level;
        this.origin = record.origin;
        this.scale = record.scale;
        this.positions = wordsOf(record.positions);
        this.normals = new Int8Array(bytesOf(record.normals).buffer);
        this.triangles = Surface.triangles(record.triangles);
        if (record.values) {
            const [low, high] = record.range;
            this.values = Float32Array.from(wordsOf(record.values), (word) => low + word / 65535 * (high - low));
            this.range = [low, high];
        }
    }

    /** Of the values, over the area: a third of every triangle belongs to each of its corners. */
    get mean() {
        if (this.storedMean !== undefined) { return this.storedMean; }
        const p = this.positions;
        let sum = 0, area = 0;
        for (let t = 0; t < this.triangles.length; t += 3) {
            const [i, j, k] = this.triangles.slice(t, t + 3);
            const side = (a, b) => [0, 1, 2].map((axis) => p[3 * b + axis] - p[3 * a + axis]);
            const size = Math.hypot(...cross(side(i, j), side(i, k)));
            sum += size * (this.values[i] + this.values[j] + this.values[k]) / 3;
            area += size;
        }
        return this.storedMean = area > 0 ? sum / area : 0;
    }

    get vertexCount() { return this.positions.length / 3; }

    /** Corners: numbers of seven bits a byte, each how far a corner lies below the next new vertex. */
    static triangles(text) {
        const bytes = bytesOf(text), corners = [];
        let next = 0, place = 0;
        while (place < bytes.length) {
            let code = 0, shift = 0, byte;
            do {
                byte = bytes[place++];
                code |= (byte & 127) << shift;
                shift += 7;
            } while (byte > 127);
            corners.push(next - code);
            if (code === 0) { next++; }
        }
        return next > 65536 ? Uint32Array.from(corners) : Uint16Array.from(corners);
    }

    /** The nearest point that a ray hits: its distance and, where the surface has values, the value there; or null. */
    hit(ray) {
        const start = scaled(subtract(ray.origin, this.origin), 1 / this.scale), d = ray.direction, p = this.positions;
        let nearest = Infinity, value = null;
        for (let t = 0; t < this.triangles.length; t += 3) {
            const a = 3 * this.triangles[t], b = 3 * this.triangles[t + 1], c = 3 * this.triangles[t + 2];
            // Moeller and Trumbore, doi 10.1080/10867651.1997.10487468, without arrays: this runs for every triangle.
            const e1x = p[b] - p[a], e1y = p[b + 1] - p[a + 1], e1z = p[b + 2] - p[a + 2];
            const e2x = p[c] - p[a], e2y = p[c + 1] - p[a + 1], e2z = p[c + 2] - p[a + 2];
            const hx = d[1] * e2z - d[2] * e2y, hy = d[2] * e2x - d[0] * e2z, hz = d[0] * e2y - d[1] * e2x;
            const determinant = e1x * hx + e1y * hy + e1z * hz;
            if (determinant === 0) { continue; }
            const sx = start[0] - p[a], sy = start[1] - p[a + 1], sz = start[2] - p[a + 2];
            const u = (sx * hx + sy * hy + sz * hz) / determinant;
            if (u < 0 || u > 1) { continue; }
            const qx = sy * e1z - sz * e1y, qy = sz * e1x - sx * e1z, qz = sx * e1y - sy * e1x;
            const v = (d[0] * qx + d[1] * qy + d[2] * qz) / determinant;
            if (v < 0 || u + v > 1) { continue; }
            const distance = (e2x * qx + e2y * qy + e2z * qz) / determinant;
            if (distance <= 0 || distance >= nearest) { continue; }
            nearest = distance;
            value = this.values
                ? (1 - u - v) * this.values[a / 3] + u * this.values[b / 3] + v * this.values[c / 3] : null;
        }
        return nearest < Infinity ? { distance: nearest * this.scale, value } : null;
    }
}
