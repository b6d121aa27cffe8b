import type { Issue } from '@lattice-lock/contract';
import type * as z from 'zod';
import { RequestProblem } from './request-problem.ts';

type ZodIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** How many problems a message spells out; `issues` of the error has all of them. */
const spelledOut = 5;

/** What a schema found wrong with a body, as a 400 whose `param` is the first field and whose message names each. */
export function problemOfSchema(error: z.ZodError): RequestProblem {
  const found = error.issues.flatMap((issue) => describe(issue, []));
  const issues: Issue[] = found.map(({ path, message }) => ({ path, message }));
  const sentences = issues.slice(0, spelledOut).map(({ message }) => message);
  if (issues.length > spelledOut) sentences.push(`And ${issues.length - spelledOut} more.`);
  const param = issues[0]?.path;
  return new RequestProblem('LATTICE_INVALID_REQUEST', sentences.join(' '), {
    httpStatus: 400,
    apiCode: found[0]?.apiCode ?? 'invalid_value',
    ...(param === undefined || param === '' ? {} : { param }),
    issues,
  });
}

interface Found extends Issue {
  readonly apiCode: string;
}

function describe(issue: ZodIssue, parent: Path): Found[] {
  const path = [...parent, ...issue.path];
  const name = formatPath(path);
  const subject = name === '' ? 'The body' : name;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: formatPath([...path, key]),
        message: `Unknown field ${formatPath([...path, key])}: leave it out.`,
        apiCode: 'unknown_parameter',
      }));
    case 'invalid_union':
      return describeUnion(issue, path, subject);
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) {
        return [{ path: name, message: `${subject} is missing.`, apiCode: 'missing_required_parameter' }];
      }
      return [{ path: name, message: `${subject}: ${sentence(issue.message)}`, apiCode: 'invalid_type' }];
    case 'custom': {
      const apiCode = issue.message.startsWith('is not supported') ? 'unsupported_parameter' : 'invalid_value';
      return [{ path: name, message: `${subject} ${issue.message}.`, apiCode }];
    }
    default:
      return [{ path: name, message: `${subject}: ${sentence(issue.message)}`, apiCode: 'invalid_value' }];
  }
}

/** Of the alternatives of a union the one that got further is what was meant. */
function describeUnion(issue: ZodIssue & { code: 'invalid_union' }, path: Path, subject: string): Found[] {
  const name = formatPath(path);
  if (issue.message !== 'Invalid input') {
    return [{ path: name, message: `${subject}: ${sentence(issue.message)}`, apiCode: 'invalid_value' }];
  }
  const meant = issue.errors.find((branch) => branch.some((one) => one.path.length > 0 || one.code !== 'invalid_type'));
  if (meant !== undefined) return meant.flatMap((one) => describe(one, path));
  const kinds = issue.errors.flatMap((branch) => branch.flatMap((one) => ('expected' in one ? [one.expected] : [])));
  return [{ path: name, message: `${subject} must be one of: ${kinds.join(', ')}.`, apiCode: 'invalid_type' }];
}

function sentence(text: string): string {
  const plain = text.replace(/^Invalid input: /, '').replace(/^Invalid discriminator value\. /, '');
  return `${plain.charAt(0).toLowerCase()}${plain.slice(1)}.`;
}

/** `messages[2].content[0].text`. */
function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}
