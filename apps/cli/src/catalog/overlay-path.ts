import path from 'node:path';
import type { AppConfig } from '@lattice-lock/config';
import type { CliContext } from '../cli-context.ts';

/** The overlay that an update goes to, and whether the configuration names it. */
export interface OverlayTarget {
  readonly file: string;
  readonly isConfigured: boolean;
}

const defaultName = 'catalog-overlay.yaml';

/** The file that was asked for, else the one of the configuration, else one beside lattice.yaml. */
export function overlayTarget(out: string | undefined, config: AppConfig, context: CliContext): OverlayTarget {
  const configured = config.catalog.overlayFile;
  const beside = config.configFile === null ? context.cwd : path.dirname(config.configFile);
  const file = out === undefined ? (configured ?? path.join(beside, defaultName)) : path.resolve(context.cwd, out);
  return { file, isConfigured: configured === file };
}
