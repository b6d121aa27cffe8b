/** The probability of log-odds. */
export function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Log-odds to probabilities that add up to 1, in place. */
export function softmax(logits: Float64Array): void {
  let most = -Infinity;
  for (const logit of logits) if (logit > most) most = logit;
  let sum = 0;
  for (let index = 0; index < logits.length; index += 1) {
    const raised = Math.exp((logits[index] ?? 0) - most);
    logits[index] = raised;
    sum += raised;
  }
  for (let index = 0; index < logits.length; index += 1) logits[index] = (logits[index] ?? 0) / sum;
}

/** The sum of the products of a row of a matrix and a vector. */
export function rowProduct(matrix: Float32Array | Float64Array, row: number, vector: Float64Array): number {
  const width = vector.length;
  let sum = 0;
  for (let column = 0; column < width; column += 1) sum += (matrix[row * width + column] ?? 0) * (vector[column] ?? 0);
  return sum;
}
