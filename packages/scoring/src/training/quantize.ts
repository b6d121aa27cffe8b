/** Each column of a matrix to whole numbers from -127 to 127, and what one unit is worth. */
export function quantize(
  matrix: Float32Array | Float64Array,
  columns: number,
): { codes: Int8Array; scale: Float32Array } {
  const scale = new Float32Array(columns);
  matrix.forEach((value, at) => {
    const column = at % columns;
    scale[column] = Math.max(scale[column] ?? 0, Math.abs(value) / 127);
  });
  const codes = new Int8Array(matrix.length);
  matrix.forEach((value, at) => (codes[at] = Math.round(value / (scale[at % columns] || 1))));
  return { codes, scale };
}
