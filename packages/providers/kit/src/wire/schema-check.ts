import { LatticeError, type JsonSchema } from '@lattice-lock/contract';

/** What keeps a finished text from counting as an answer; `null` when nothing does. */
export type AnswerCheck = (text: string) => LatticeError | null;

/** More tells a reader nothing new. */
const maxShownErrors = 3;
const maxShownLength = 200;

/**
 * Makes the check that a text is JSON and, where one is given, fits a schema. The validator is loaded when first needed:
 * most calls ask for no schema, and most vendors enforce it themselves.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when the schema itself cannot be read.
 */
export async function createAnswerCheck(provider: string, schema: JsonSchema | null): Promise<AnswerCheck> {
  const problemsOf = schema === null ? () => [] : await createValidator(provider, schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return misfit(provider, 'it is no JSON');
    }
    const problems = problemsOf(value);
    return problems.length === 0 ? null : misfit(provider, problems.join('; '));
  };
}

/** Another try samples another text, which may fit. */
function misfit(provider: string, what: string): LatticeError {
  const message = `The answer of ${provider} is not what the response format asks for: ${what}.`;
  return new LatticeError('LATTICE_MALFORMED_RESPONSE', message, { provider, retryable: true });
}

/** Gives what is wrong with a value. */
type Validate = (value: unknown) => readonly string[];

async function createValidator(provider: string, schema: JsonSchema): Promise<Validate> {
  const { Validator } = await import('@cfworker/json-schema');
  return readable(provider, () => {
    // A copy: the validator writes marks of its own into the schema.
    const validator = new Validator(structuredClone(schema), draftOf(schema), false);
    validator.validate({});
    return (value) => readable(provider, () => shownErrors(validator.validate(value).errors));
  });
}

function readable<T>(provider: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    const message = `The JSON schema of the response format cannot be checked: ${why.trim()}`;
    throw new LatticeError('LATTICE_INVALID_REQUEST', message, { provider, cause });
  }
}

interface FoundError {
  readonly keyword: string;
  readonly instanceLocation: string;
  readonly error: string;
}

/** Those that say only that something inside them is wrong. */
const outerKeywords = ['properties', 'patternProperties', 'items', 'prefixItems', 'allOf', '$ref', 'false'];

function shownErrors(errors: readonly FoundError[]): readonly string[] {
  const inner = errors.filter(({ keyword }) => !outerKeywords.includes(keyword));
  return (inner.length === 0 ? errors : inner).slice(0, maxShownErrors).map(({ instanceLocation, error }) => {
    const text = `${instanceLocation} ${error.replace(/\.$/, '')}`;
    return text.length > maxShownLength ? `${text.slice(0, maxShownLength)}…` : text;
  });
}

function draftOf(schema: JsonSchema): '4' | '7' | '2019-09' | '2020-12' {
  const named = typeof schema['$schema'] === 'string' ? schema['$schema'] : '';
  if (named.includes('draft-04')) return '4';
  if (/draft-0[67]/.test(named)) return '7';
  return named.includes('2019-09') ? '2019-09' : '2020-12';
}
