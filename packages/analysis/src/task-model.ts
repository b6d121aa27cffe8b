/** Learned weights of the analysis: the `task` part of a router artefact. Plain JSON; read it with `readTaskModel`. */
export interface TaskModel {
  readonly version: 1;
  /** What it was learnt from, in words, by name: sources, rows, figures. */
  readonly provenance: Readonly<Record<string, string | number>>;
}
