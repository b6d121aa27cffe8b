/** The style sheet of a report: light or dark as the reader has it, black on white on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1c1e21; --page: #ffffff; --faint: #d5d9de; --quiet: #5c6570; --tested: #fff4d6; --hit: #e3f1e7;
  --router: #c2410c; --length: #1d6fb8; --category: #15803d; --oracle: #7c3aed; --random: #8a929b; --model: #5c6570; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e8eb; --page: #15181c; --faint: #343a42; --quiet: #9aa4af; --tested: #3a2f14; --hit: #1d3325;
    --router: #fb923c; --length: #60a5fa; --category: #4ade80; --oracle: #c4b5fd; --random: #8a929b; --model: #9aa4af; }
}
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
p, nav { max-width: 60rem; } a { color: var(--length); } nav a { display: inline-block; margin-right: 0.9rem; }
h1, h2, h3 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--faint); }
.wide { overflow-x: auto; } table { border-collapse: collapse; margin: 0.75rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0.7rem; text-align: right; border-bottom: 1px solid var(--faint); white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 600; white-space: normal; vertical-align: bottom; } th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); } tbody th { font-weight: 400; }
.tested, .tested th:first-child { background: var(--tested); } .tested th { font-weight: 700; }
.matrix { font-size: 0.9rem; } .matrix th, .matrix td { padding: 0.2rem 0.5rem; } .hit { background: var(--hit); font-weight: 700; } .note { color: var(--router); }
figure { margin: 1rem 0; } svg { display: block; width: 100%; max-width: 46rem; height: auto; } figcaption { color: var(--quiet); font-size: 0.85rem; }
.swatch { width: 24px; height: 8px; display: inline-block; vertical-align: middle; margin-right: 0.3rem; } .entry { display: inline-block; margin-right: 0.9rem; }
.tick { fill: var(--quiet); font-size: 12px; } .label { fill: var(--text); font-size: 10px; } .grid { stroke: var(--faint); stroke-width: 0.5; } .axis { stroke: var(--quiet); fill: none; }
.line { fill: none; stroke-width: 1.6; stroke: var(--model); } .line.router { stroke: var(--router); stroke-width: 2.8; }
.line.length { stroke: var(--length); stroke-dasharray: 6 3; } .line.category { stroke: var(--category); stroke-dasharray: 2 3; }
.line.oracle { stroke: var(--oracle); } .line.random { stroke: var(--random); stroke-dasharray: 1 4; } .point { fill: var(--model); }
@media (max-width: 40rem) {
  main { padding: 1rem; } table { font-size: 0.85rem; } th, td { padding: 0.2rem 0.45rem; }
  tbody th:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 6.5rem; max-width: 9rem; }
  .tick { font-size: 19px; } .label { display: none; }
}
@media print { :root { --text: #000; --page: #fff; --faint: #bbb; --quiet: #333; --tested: #eee; --hit: #eee; --router: #c2410c; --length: #1d6fb8;
  --category: #15803d; --oracle: #7c3aed; } section, figure, tr { break-inside: avoid-page; } main { max-width: none; padding: 0; } }
`;
