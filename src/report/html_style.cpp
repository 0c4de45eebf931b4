#include "report/html_style.h"

namespace unjam {

std::string_view html_style() {
  return R"css(
:root{color-scheme:light dark;--bg:#faf9f6;--card:#fff;--ink:#1c1e22;--mute:#5b616b;--line:#e3e0d9;
--soft:#f1eee7;--accent:#a8410f;--bar:#d9692b;--warn:#855600;--alarm:#b3261e;--good:#1f6b3a;--key:#7a3e9d;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--bg:#131519;--card:#1b1e23;--ink:#eae8e3;--mute:#a3a8b1;
--line:#30343b;--soft:#24282e;--accent:#f2a77c;--bar:#d9743a;--warn:#e6b45c;--alarm:#f28b82;--good:#7fd19b;--key:#cba6e8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 var(--sans)}
main,header,footer{max-width:1180px;margin:0 auto;padding:0 clamp(16px,4vw,40px)}
header{padding-top:clamp(24px,5vw,56px)}
footer{padding-top:8px;padding-bottom:48px;color:var(--mute);font-size:.85rem}
a{color:var(--accent);text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-999px}
.skip:focus{left:16px;top:8px;background:var(--card);padding:8px 12px}
.brand{margin:0 0 .4rem;font-weight:700;letter-spacing:-.01em;color:var(--accent)}
h1{margin:0 0 .5rem;font-size:clamp(1.7rem,5vw,2.5rem);line-height:1.15;letter-spacing:-.025em;font-weight:700}
h2{margin:0 0 .9rem;font-size:1.25rem;line-height:1.3;letter-spacing:-.012em}
h3{margin:1.4rem 0 .5rem;font-size:.8rem;font-weight:600;color:var(--mute)}
h3:first-child{margin-top:0}
section{margin:clamp(32px,5vw,52px) 0}
code,pre{font-family:var(--mono)}
code{font-size:.88em;overflow-wrap:anywhere}
.from{margin:0;color:var(--mute);font-size:.92rem;overflow-wrap:anywhere}
.kpis{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));margin:clamp(20px,3vw,32px) 0 0;
padding:0;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.kpis div{padding:14px 16px;box-shadow:1px 0 var(--line),0 1px var(--line)}
.kpis dt{color:var(--mute);font-size:.82rem;line-height:1.3}
.kpis dd{margin:2px 0 0;font-size:1.4rem;white-space:nowrap;font-weight:650;line-height:1.25;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.kpis .bad dd{color:var(--alarm)}
figure{margin:0}
figcaption{margin-top:6px;color:var(--mute);font-size:.85rem}
svg{display:block;overflow:visible}
.plot{width:100%;height:190px;font:12px var(--sans)}
.plot text{fill:var(--mute);paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}
.plot line{stroke:var(--line)}
.plot rect{fill:var(--bar)}
.plot rect:hover{fill:var(--accent)}
.spark rect,.bar .on{fill:var(--bar)}
.bar .off{fill:var(--soft)}
.body .spark{width:100%;height:56px}
.bar{width:100%;min-width:44px;height:8px}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{width:100%;border-collapse:collapse;font-size:.92rem}
th,td{padding:9px 12px;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
thead th{font-size:.8rem;font-weight:600;color:var(--mute);white-space:nowrap;vertical-align:bottom}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.strong{font-weight:650}
.rank td,.rank tbody th{vertical-align:middle}
.rank .sh{width:120px}
.rank .q{width:36%}
.rank tbody .q{font-weight:400}
.rank tbody tr:hover{background:var(--soft)}
.rank tfoot td{color:var(--mute)}
.two{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
th button{all:unset;cursor:pointer;font:inherit;color:inherit}
th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
th[aria-sort] button{color:var(--ink)}
th[aria-sort=descending] button::after{content:" ↓"}
th[aria-sort=ascending] button::after{content:" ↑"}
.mark{display:inline-block;margin:3px 6px 0 0;padding:0 7px;border-radius:9px;font-size:.75rem;line-height:1.5;background:var(--soft);color:var(--mute)}
.mark.warning{color:var(--warn)}
.mark.error{color:var(--alarm)}
details.query{background:var(--card);border:1px solid var(--line);border-radius:10px;margin-bottom:10px}
details.query>summary{display:flex;gap:14px;align-items:baseline;padding:13px 16px;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary .no{flex:none;min-width:1.6em;color:var(--mute);font-variant-numeric:tabular-nums}
summary .name{flex:1;min-width:0}
summary .amount{flex:none;text-align:right;font-variant-numeric:tabular-nums;color:var(--mute);font-size:.9rem}
details[open]>summary{border-bottom:1px solid var(--line)}
details[open]>summary .two{-webkit-line-clamp:1}
.body{display:grid;grid-template-columns:minmax(0,1fr);gap:24px 36px;padding:18px 16px 22px}
.body>div{min-width:0}
pre{margin:0;padding:14px 16px;background:var(--soft);border-radius:8px;font-size:.84rem;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere}
pre b{font-weight:600;color:var(--key)}
pre i{font-style:normal;color:var(--mute)}
.id{margin:8px 0 0;color:var(--mute);font-size:.85rem}
.lat th,.lat td{padding:3px 0;border:0;vertical-align:middle}
.lat th{width:5.2em;font-weight:400;color:var(--mute)}
.lat .n{padding-left:12px;width:6.5em}
.facts{margin:0;font-size:.92rem}
.facts div{display:flex;gap:12px;padding:5px 0;border-bottom:1px solid var(--line)}
.facts div:last-child{border-bottom:0}
.facts dt{flex:none;width:8.2em;color:var(--mute);overflow-wrap:anywhere}
.facts dd{margin:0;flex:1;min-width:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.facts small{color:var(--mute)}
.lint{margin:14px 0 0;padding:12px 16px;border-left:3px solid var(--bar);background:var(--soft);border-radius:0 8px 8px 0;font-size:.92rem}
.lint.warning{border-color:var(--warn)}
.lint.error{border-color:var(--alarm)}
.lint p{margin:.35em 0 0}
.lint p:first-child{margin:0;font-weight:600}
.lint small{font-weight:400;color:var(--mute)}
.statement{display:block;color:var(--mute)}
.alarm{color:var(--alarm);font-weight:600}
.good{color:var(--good);font-weight:600}
.notes{margin:0;padding-left:1.2em}
.notes li{overflow-wrap:anywhere;margin:.25em 0}
@media (min-width:940px){.body{grid-template-columns:minmax(0,1.35fr) minmax(0,1fr)}}
@media (max-width:820px){.l{display:none}}
@media (max-width:600px){.m{display:none}th,td{padding:9px 8px}.rank .sh{width:auto}.rank .q{width:auto}
details.query>summary{flex-wrap:wrap;gap:2px 10px}summary .amount{flex-basis:100%;padding-left:2.2em;text-align:left}
.facts dt{width:6.8em}}
@media (max-width:420px){.rank .mark{display:none}.rank th,.rank td{padding:9px 6px;font-size:.86rem}}
@media print{:root{--bg:#fff;--card:#fff;--soft:#f4f4f4;--ink:#000;--mute:#444;--line:#ccc;--accent:#000;--key:#000;--bar:#777;--warn:#000;--alarm:#000;--good:#000}
body{font-size:10.5pt}.scroll{overflow:visible}details.query,tr,.lint{break-inside:avoid}section{margin:18pt 0}
svg rect,.kpis{-webkit-print-color-adjust:exact;print-color-adjust:exact}.skip{display:none}}
)css";
}

std::string_view html_script() {
  return R"js(
(function () {
  'use strict';
  var table = document.querySelector('table.rank');
  if (table) {
    var body = table.tBodies[0];
    var heads = [].slice.call(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      if (!head.dataset.sort) return;
      var button = document.createElement('button');
      button.type = 'button';
      button.title = head.dataset.sort;
      button.textContent = head.textContent;
      head.textContent = '';
      head.appendChild(button);
      button.addEventListener('click', function () {
        var down = head.getAttribute('aria-sort') !== 'descending';
        heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        var rows = [].slice.call(body.rows).map(function (row) {
          return [parseFloat(row.cells[column].dataset.value) || 0, row];
        });
        rows.sort(function (a, b) { return down ? b[0] - a[0] : a[0] - b[0]; });
        rows.forEach(function (row) { body.appendChild(row[1]); });
      });
    });
  }
  function reveal() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === 'DETAILS') {
      target.open = true;
      target.scrollIntoView();
    }
  }
  window.addEventListener('hashchange', reveal);
  reveal();
  window.addEventListener('beforeprint', function () {
    [].forEach.call(document.querySelectorAll('details'), function (one) { one.open = true; });
  });
})();
)js";
}

std::string_view html_style_hash() { return "8MXTROMZpv5Bo207SLuJODyOLqg+igp7dfMHBHcjRDw="; }

std::string_view html_script_hash() { return "TbWFV+eIoFGalRu5yyzpg0U8PLjG92aAd8mhPHE7b4I="; }

}  // namespace unjam
