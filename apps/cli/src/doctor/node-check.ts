import { readPackageManifest } from '../package-manifest.ts';
import type { Finding } from './finding.ts';

/** The oldest Node that this package says it runs on, as `[major, minor]`. */
function oldestNode(): readonly [number, number] {
  return versionOf(readPackageManifest().engines.node);
}

function versionOf(text: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}

/** Whether this Node is one that the packages run on. `version` is as in `process.versions.node`. */
export function checkNode(version: string, [oldestMajor, oldestMinor] = oldestNode()): Finding {
  const [major, minor] = versionOf(version);
  const isGood = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const needed = `${oldestMajor}.${oldestMinor}`;
  return {
    check: 'node',
    state: isGood ? 'ok' : 'problem',
    message: isGood ? `Node ${version}` : `Node ${version} is older than ${needed}, the oldest that works.`,
    remedy: isGood ? null : `Install Node ${needed} or newer, e.g. with: nvm install 24`,
    details: { version, oldest: needed },
  };
}
