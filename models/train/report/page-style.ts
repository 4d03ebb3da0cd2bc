/** Colours as on the dashboard; series are told apart with every common colour blindness (after Okabe and Ito, 2008). */
const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f2f5f7, #0b0f13);
  --panel: light-dark(#ffffff, #141a21);
  --line: light-dark(#dde4ea, #27313b);
  --ink: light-dark(#14202b, #e9eef3);
  --soft: light-dark(#55636f, #a3b0bd);
  --accent: light-dark(#0b6e80, #55c5d2);
  --good: light-dark(#08754a, #46d195);
  --bad: light-dark(#c2331f, #ff8f85);
  --c0: light-dark(#2069bd, #5aa4f2); --c1: light-dark(#c9560a, #f58d42); --c2: light-dark(#0a7d5c, #35c496);
  --c3: light-dark(#a83a90, #e07cc6); --c4: light-dark(#85670a, #d3ac3f); --c5: light-dark(#6a4fd0, #a793f5);
  --c6: light-dark(#0f7c96, #45bcd8); --c7: light-dark(#66727e, #9aa7b4);
  --missed: #ff9d0a; --false: #e8003f; --confused: #6c4dff; --right: #00a37a;
}
${Array.from({ length: 8 }, (_, i) => `.s${i} { --tone: var(--c${i}); }`).join('\n')}
.missed { --tone: var(--missed); } .false { --tone: var(--false); } .confused { --tone: var(--confused); } .right { --tone: var(--right); }
`;

const LAYOUT = `
* { box-sizing: border-box; margin: 0; padding: 0; }
html { scroll-behavior: smooth; scroll-padding-top: 12px; }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 "IBM Plex Sans", system-ui, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
header, main { max-width: 1180px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 32px); }
header { padding-top: clamp(20px, 4vw, 44px); }
.kind { color: var(--accent); font-weight: 600; }
h1 { font-size: clamp(24px, 4vw, 36px); line-height: 1.15; font-weight: 650; letter-spacing: -0.015em; }
h2 { font-size: 21px; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; margin-bottom: 16px; }
h3, figcaption { font-size: 15px; font-weight: 600; }
h3 { margin: 26px 0 12px; }
.state { margin-top: 8px; color: var(--soft); display: flex; gap: 9px; align-items: baseline; }
.state i { flex: none; width: 9px; height: 9px; border-radius: 50%; background: var(--accent); }
.over i { background: var(--good); }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 18px; padding-bottom: 16px; border-bottom: 1px solid var(--line); }
nav a { color: var(--accent); text-decoration: none; padding: 2px 0; }
nav a:hover { text-decoration: underline; text-underline-offset: 3px; }
a:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
section { padding: 30px 0 6px; }
section + section { border-top: 1px solid var(--line); margin-top: 26px; }
.soft { color: var(--soft); font-weight: 400; }
.note { margin-top: 12px; max-width: 80ch; font-size: 14px; }
`;

const TABLES = `
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 8px 12px; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--soft); font-size: 13px; vertical-align: bottom; }
tbody th { font-weight: 600; }
.figures .share { background: linear-gradient(to right, color-mix(in srgb, var(--accent) 55%, transparent) var(--share), transparent 0) 12px calc(100% - 4px) / calc(100% - 24px) 3px no-repeat; font-weight: 600; }
.data td { text-align: left; white-space: normal; } .data td:nth-child(2) { white-space: nowrap; } .data th { text-align: left; }
.confusion table { margin-top: 10px; }
.confusion th { padding: 6px 4px; overflow-wrap: normal; font-size: 13px; } .confusion thead th { text-align: center; } .confusion tbody th { text-align: left; padding-left: 0; }
.confusion td { text-align: center; height: 58px; padding: 4px 2px; border: 3px solid var(--panel); border-radius: 8px; line-height: 1.25;
  background: color-mix(in srgb, var(--tone) calc(var(--share) * 0.55), color-mix(in srgb, var(--soft) 8%, transparent)); }
.confusion td.good { --tone: var(--c2); } .confusion td.bad { --tone: var(--false); } .confusion td.none { background: none; }
.confusion p { font-size: 13.5px; margin-top: 12px; }
.confusion td b { display: block; font-size: 16px; } .confusion td span { font-size: 12px; }
dl { display: grid; gap: 0 36px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 430px), 1fr)); }
dl div { display: grid; grid-template-columns: minmax(110px, 34%) 1fr; gap: 12px; padding: 7px 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); }
.recipe { font-size: 13.5px; } .recipe dl { grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); } .recipe dl div { padding: 4px 0; grid-template-columns: 1fr 1fr; }
`;

const CHARTS = `
.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); }
.charts.counts { grid-template-columns: repeat(auto-fill, minmax(min(100%, 215px), 265px)); }
.pair { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); align-items: start; }
.chart, .confusion { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; break-inside: avoid; }
svg { display: block; width: 100%; height: auto; }
.chart svg { margin-top: 6px; overflow: visible; }
.chart text { font-size: 12px; fill: var(--soft); } .chart .name { font-size: 12px; }
.grid { stroke: var(--line); } .base { stroke: var(--soft); opacity: 0.55; }
.chart .line { fill: none; stroke: var(--tone); stroke-width: 2; stroke-linejoin: round; }
.chart circle { fill: var(--tone); } .chart .dot { stroke: var(--panel); stroke-width: 2; } .chart .field { opacity: 0.6; }
.chart circle:hover { stroke: var(--ink); stroke-width: 1.5; opacity: 1; }
.diagonal, .mark line { stroke: var(--soft); stroke-dasharray: 3 4; }
.chart p { font-size: 13.5px; color: var(--soft); margin-top: 6px; } .chart p b { color: var(--ink); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 3px 16px; font-size: 13.5px; margin-top: 6px; }
.legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; background: var(--tone); vertical-align: middle; margin-right: 7px; }
.legend .mark i { height: 14px; width: 0; border-left: 2px dotted var(--soft); background: none; margin-left: 6px; }
.legend span, .legend .mark { color: var(--soft); } .legend b { font-weight: 600; }
`;

const FIELDS = `
.pick { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 20px; margin: 26px 0 12px; }
.pick h3 { margin: 0 auto 0 0; }
.pick label { cursor: pointer; } .pick input { accent-color: var(--accent); margin-right: 7px; vertical-align: -1px; }
.pick i { display: inline-block; width: 15px; height: 15px; margin-right: 7px; vertical-align: -2px; border: 3px solid var(--tone); border-radius: 4px; }
.pick .missed i { border-style: dashed; } .pick .right i { border-width: 2px; }
.smears { display: grid; gap: 18px 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr)); }
.smear { break-inside: avoid; } .smear svg { border-radius: 10px; background: #fff; }
.smear figcaption { margin-top: 7px; font-size: 14px; font-weight: 400; } .smear figcaption span { color: var(--soft); margin-left: 8px; }
.smear rect { fill: transparent; stroke: var(--tone); stroke-width: 3.5; } .smear .right rect { stroke-width: 1.6; opacity: 0.85; } .smear .missed rect { stroke-dasharray: 9 5; }
.smear g:hover rect { fill: color-mix(in srgb, var(--tone) 22%, transparent); }
.smear text { font-size: 15px; font-weight: 650; fill: var(--tone); stroke: #fff; stroke-width: 4px; paint-order: stroke; }
.smear .missed text { fill: #8a4b00; }
${['missed', 'false', 'confused', 'right'].map((kind) => `.source:has(.show-${kind}:not(:checked)) .smear .${kind} { display: none; }`).join('\n')}
@media (max-width: 480px) { .figures th, .figures td { padding-inline: 7px; } .charts.counts { grid-template-columns: 1fr; } }
@media print {
  :root { color-scheme: light; } body { background: none; font-size: 12px; } nav, .pick label { display: none; } header, main { max-width: none; padding: 0; }
  .charts { grid-template-columns: 1fr 1fr; } .charts.counts { grid-template-columns: repeat(3, 1fr); } .smears { grid-template-columns: 1fr 1fr; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } h2, h3 { break-after: avoid; } .confusion, .chart { border-radius: 0; }
}
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
`;

/** The report's style sheet. */
export const PAGE_STYLE = [COLOURS, LAYOUT, TABLES, CHARTS, FIELDS].join('').replaceAll(/\n\s*/g, '\n');
