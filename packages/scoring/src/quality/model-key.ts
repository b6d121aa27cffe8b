/**
 * The name that evidence about a model is kept under. Makers, gateways and benchmarks spell one model in several ways:
 * `meta-llama/Meta-Llama-3.1-8B-Instruct`, `Meta-Llama-3_1-8B-Instruct` and `llama-3.1-8b-instruct` are one.
 */
export function modelKey(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last
    .toLowerCase()
    .replace(/@.*$/, '')
    .replace(/^meta-/, '')
    .replaceAll('_', '.');
}
