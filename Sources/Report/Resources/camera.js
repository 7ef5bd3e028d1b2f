"use strict";
// Vectors are arrays of three numbers, rotations arrays of nine, column by column as WebGL wants them.

const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const subtract = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const scaled = (a, factor) => [a[0] * factor, a[1] * factor, a[2] * factor];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const unit = (a) => scaled(a, 1 / Math.hypot(...a));

/** Rotation of the quaternion w, x, y, z. */
function rotationMatrix([w, x, y, z]) {
    return [
        1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y),
        2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x),
        2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y),
    ];
}

function quaternionProduct([a, b, c, d], [e, f, g, h]) {
    return [
        a * e - b * f - c * g - d * h, a * f + b * e + c * h - d * g,
        a * g - b * h + c * e + d * f, a * h + b * g - c * f + d * e,
    ];
}

/** Product of a matrix and a vector. */
const turned = (m, v) => [0, 1, 2].map((i) => m[i] * v[0] + m[3 + i] * v[1] + m[6 + i] * v[2]);
/** Product of the transposed matrix and a vector: the way back of a rotation. */
const turnedBack = (m, v) => [0, 3, 6].map((i) => m[i] * v[0] + m[i + 1] * v[1] + m[i + 2] * v[2]);

/**
 * A view of a molecule. The eye stands `4 extent` before the molecule's centre; `halfHeight` bohr are seen above and below it.
 */
class Camera {
    constructor(extent, rotation) {
        this.extent = extent;
        this.home = rotation;
        this.reset();
    }

    reset() {
        this.rotation = this.home;
        this.halfHeight = 1.04 * this.extent;
        this.pan = [0, 0];
    }

    /** The same turn, shift and magnification as another camera. */
    follow(other) {
        this.rotation = other.rotation;
        this.halfHeight = other.halfHeight;
        this.pan = other.pan;
    }

    /** Turns about an axis of the screen (x to the right, y up, z to the eye) by an angle in radians. */
    turn(axis, angle) {
        const [x, y, z] = scaled(unit(axis), Math.sin(angle / 2));
        const product = quaternionProduct([Math.cos(angle / 2), x, y, z], this.rotation);
        const length = Math.hypot(...product);
        this.rotation = product.map((value) => value / length);
    }

    /** Shoemake's arcball: the point under the pointer, a sphere over the panel, is taken along. Ends are in -1...1, y up. */
    drag(from, to) {
        const onSphere = ([x, y]) => {
            const square = x * x + y * y;
            return square <= 0.5 ? [x, y, Math.sqrt(1 - square)] : unit([x, y, 0.5 / Math.sqrt(square)]);
        };
        const a = unit(onSphere(from)), b = unit(onSphere(to));
        const axis = cross(a, b), sine = Math.hypot(...axis);
        if (sine > 1e-9) { this.turn(axis, 2 * Math.atan2(sine, dot(a, b))); }
    }

    zoom(factor) { this.halfHeight = Math.min(8 * this.extent, Math.max(0.1 * this.extent, this.halfHeight / factor)); }

    /** Half the width and height that are seen at the centre, for a panel of this aspect. The smaller one is `halfHeight`. */
    halfSizes(aspect) {
        return aspect >= 1 ? [this.halfHeight * aspect, this.halfHeight] : [this.halfHeight, this.halfHeight / aspect];
    }

    get eyeDistance() { return 4 * this.extent; }

    /** The ray from the eye through a place of the panel (-1...1, y up), in coordinates relative to the molecule's centre. */
    ray(place, aspect) {
        const matrix = rotationMatrix(this.rotation), [width, height] = this.halfSizes(aspect);
        return {
            origin: turnedBack(matrix, [this.pan[0], this.pan[1], this.eyeDistance]),
            direction: turnedBack(matrix, unit([place[0] * width, place[1] * height, -this.eyeDistance])),
        };
    }

    /** Where a point relative to the molecule's centre is seen, in -1...1, y up, and its distance towards the eye. */
    project(point, aspect) {
        const [width, height] = this.halfSizes(aspect);
        const [x, y, z] = turned(rotationMatrix(this.rotation), point);
        const shrink = 1 - z / this.eyeDistance;
        return [(x - this.pan[0]) / width / shrink, (y - this.pan[1]) / height / shrink, z];
    }
}

/** Distance along a ray to a sphere, or Infinity. */
function distanceToSphere(ray, center, radius) {
    const offset = subtract(ray.origin, center), b = dot(offset, ray.direction);
    const root = b * b - dot(offset, offset) + radius * radius;
    return root < 0 ? Infinity : -b - Math.sqrt(root);
}
