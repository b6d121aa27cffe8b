import type { JsonObject, JsonValue } from '@lattice-lock/contract';
import type { ChatMetadata } from '@lattice-lock/provider-openai-compatible';

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

const severities: readonly unknown[] = ['safe', 'low', 'medium', 'high'];

/**
 * Collects what Azure adds to a chat completion, under its own names: `prompt_filter_results`, `content_filter_results`
 * of the answer, and `context`, the citations of `data_sources`. A stream tells its verdicts bit by bit, those of an
 * asynchronous filter for one stretch of text each: the worst of each category is kept.
 */
export class AzureChatMetadata implements ChatMetadata {
  #prompts: JsonValue | undefined;
  #results: Record<string, JsonValue> | undefined;
  #context: JsonValue | undefined;

  add(data: Fields): void {
    const prompts = data['prompt_filter_results'];
    if (Array.isArray(prompts) && prompts.length > 0) this.#prompts = prompts as readonly JsonValue[];
    const { choices } = data;
    if (!Array.isArray(choices)) return;
    const [choice] = choices as readonly unknown[];
    const { delta, message, content_filter_results: results } = fieldsOf(choice);
    const context = fieldsOf(delta ?? message)['context'];
    if (typeof context === 'object' && context !== null) this.#context = context as JsonValue;
    if (results !== undefined) this.#judge(fieldsOf(results));
  }

  collected(): JsonObject | null {
    if (this.#prompts === undefined && this.#results === undefined && this.#context === undefined) return null;
    return {
      ...(this.#prompts === undefined ? {} : { prompt_filter_results: this.#prompts }),
      ...(this.#results === undefined ? {} : { content_filter_results: this.#results }),
      ...(this.#context === undefined ? {} : { context: this.#context }),
    };
  }

  #judge(results: Fields): void {
    for (const [category, verdict] of Object.entries(results)) {
      this.#results ??= {};
      if (gravity(verdict) >= gravity(this.#results[category])) this.#results[category] = verdict as JsonValue;
    }
  }
}

function gravity(verdict: unknown): number {
  if (verdict === undefined) return -1;
  const { filtered, detected, severity } = fieldsOf(verdict);
  return (filtered === true ? 8 : 0) + (detected === true ? 4 : 0) + Math.max(0, severities.indexOf(severity));
}
