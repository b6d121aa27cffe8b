import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { mapConcurrently, startCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { packRooms } from '../workspace/packed-rooms.ts';
import { readRooms } from '../workspace/rooms.ts';

/**
 * The tarballs as npm would publish them: publint (warnings count) and attw (ESM only) have nothing to say, and each holds
 * the licence of the workspace.
 */
export async function checkPackaging(workspace: string): Promise<GateResult> {
  const packed = packRooms(workspace, readRooms(workspace));
  const licence = readFileSync(join(workspace, 'LICENSE'), 'utf8');
  try {
    const findings = await mapConcurrently([...packed.tarballs], 2, async ([name, tarball]) => [
      ...(await checkTarball(tarball)).map((problem) => `${name}: publint: ${problem}`),
      ...(await checkTypes(tarball)).map((problem) => `${name}: attw: ${problem}`),
      ...(await checkLicence(tarball, licence)).map((problem) => `${name}: ${problem}`),
    ]);
    return { problems: findings.flat(), summary: `${packed.tarballs.size} tarballs read` };
  } finally {
    packed.remove();
  }
}

/** What publint says of a tarball, warnings included. */
export async function checkTarball(file: string): Promise<readonly string[]> {
  const bytes = readFileSync(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true, level: 'warning' });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** What attw says of a tarball, for users of ESM. */
export async function checkTypes(tarball: string): Promise<readonly string[]> {
  const args = [tarball, '--profile', 'esm-only', '--no-definitely-typed', '--no-color', '--no-emoji', '-f', 'ascii'];
  const { status, output } = await startCommand('attw', args);
  return status === 0 ? [] : [output.trim()];
}

/** Says so when a tarball does not hold this licence. */
export async function checkLicence(tarball: string, licence: string): Promise<readonly string[]> {
  const { status, stdout } = await startCommand('tar', ['-xzOf', tarball, 'package/LICENSE']);
  if (status !== 0) return ['has no LICENSE; copy that of the workspace beside its package.json'];
  return stdout === licence ? [] : ['its LICENSE is not that of the workspace; copy it anew'];
}

if (isProgram(import.meta.url)) report('packaging', await checkPackaging(workspaceRoot));
