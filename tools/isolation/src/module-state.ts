import ts from 'typescript';

/** State of a module that outlives the call that changed it: one for the whole process, whoever imports the module. */
export interface ModuleState {
  /** The variable, the static field, or the call that reaches into the process. */
  readonly name: string;
  /** Counted from 1. */
  readonly line: number;
}

const changers = new Set([
  'add',
  'clear',
  'delete',
  'fill',
  'pop',
  'push',
  'set',
  'shift',
  'sort',
  'splice',
  'unshift',
]);
const hooks = new Set(['addListener', 'chdir', 'on', 'once', 'prependListener']);

/**
 * Finds variables of a module that its functions change (by assignment, or by a method that changes a collection), static
 * fields that are not readonly, and code that changes `process`, `process.env` or `globalThis`. Tables that are filled
 * while the module loads and never afterwards are none, nor are cursors of regular expressions, set before each use.
 */
export function findModuleState(fileName: string, text: string): readonly ModuleState[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const names = new Map<string, ts.Node>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name } of statement.declarationList.declarations)
      if (ts.isIdentifier(name)) names.set(name.text, name);
  }
  const found = new Map<string, ts.Node>();
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    const changed = changedBy(node);
    if (changed !== null) {
      const own = names.get(changed);
      if (own !== undefined && isInFunction) found.set(changed, own);
      if (changed === 'process' || changed === 'globalThis') found.set(firstWords(node, source), node);
    }
    if (isMutableStatic(node)) found.set(node.name.getText(source), node);
    ts.forEachChild(node, (child) => visit(child, isInFunction || ts.isFunctionLike(node)));
  };
  visit(source, false);
  return [...found].map(([name, node]) => ({
    name,
    line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
  }));
}

/** The first name of what a node changes: `cache` of `cache.set(1)`, `cache[1] = 2` and `cache ??= 3`. */
function changedBy(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
    const isCursor = ts.isPropertyAccessExpression(node.left) && node.left.name.text === 'lastIndex';
    return isCursor ? null : rootName(node.left);
  }
  if (ts.isDeleteExpression(node)) return rootName(node.expression);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const { operator, operand } = node;
    const isStep = operator === ts.SyntaxKind.PlusPlusToken || operator === ts.SyntaxKind.MinusMinusToken;
    return isStep ? rootName(operand) : null;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { expression: owner, name } = node.expression;
  const root = rootName(owner);
  if (root === 'process') return ts.isIdentifier(owner) && hooks.has(name.text) ? root : null;
  return changers.has(name.text) && ts.isIdentifier(owner) ? root : null;
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

function rootName(node: ts.Node): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isNonNullExpression(node)) {
    return rootName(node.expression);
  }
  return ts.isAsExpression(node) || ts.isParenthesizedExpression(node) ? rootName(node.expression) : null;
}

function isMutableStatic(node: ts.Node): node is ts.PropertyDeclaration {
  if (!ts.isPropertyDeclaration(node)) return false;
  const kinds = (node.modifiers ?? []).map(({ kind }) => kind);
  return kinds.includes(ts.SyntaxKind.StaticKeyword) && !kinds.includes(ts.SyntaxKind.ReadonlyKeyword);
}

/** `process.once('exit'` of a longer call. */
function firstWords(node: ts.Node, source: ts.SourceFile): string {
  return (
    node
      .getText(source)
      .split(/[,=\n]/)[0]
      ?.trim() ?? ''
  );
}
