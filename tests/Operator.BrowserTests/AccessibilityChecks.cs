namespace NetProfile.Operator.BrowserTests;

/// <summary>Run in the page; each returns what is wrong (WCAG 2.2: 1.4.3, 1.3.1, 2.4.2, 2.4.6, 3.1.1, 4.1.2).</summary>
internal static class AccessibilityChecks
{
    /// <summary>Every visible text against what is under it: 4.5:1, or 3:1 where it is large.</summary>
    public const string LowContrast = """
        () => {
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
          const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
          const ground = element => {
            const layers = [];
            for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
            return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255]);
          };
          const light = colour => { const [r, g, b] = colour.map(c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const wrong = [];
          for (const element of document.querySelectorAll('body *')) {
            const text = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join(' ').trim();
            if (!text || !element.checkVisibility() || element.closest('.unseen, .skip')) continue;
            const style = getComputedStyle(element);
            const under = ground(element);
            const [a, b] = [light(over(rgba(style.color), under)), light(under)].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            const size = parseFloat(style.fontSize);
            const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            if (ratio < (large ? 3 : 4.5)) wrong.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)} (${style.color} on ${under.map(Math.round)})`);
          }
          return wrong;
        }
        """;

    public const string Structure = """
        () => {
          const wrong = [];
          if (!document.documentElement.lang) wrong.push('the page says no language');
          if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) wrong.push('one main and one h1');
          let level = 1;
          for (const heading of [...document.querySelectorAll('h1, h2, h3, h4')].filter(h => h.checkVisibility())) {
            const next = Number(heading.tagName[1]);
            if (next > level + 1) wrong.push(`${heading.textContent} jumps from h${level} to h${next}`);
            level = next;
          }
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          wrong.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map(id => `id ${id} twice`));
          for (const control of document.querySelectorAll('button, input, a, [role=option], [role=listbox], [role=group]')) {
            const labelled = control.getAttribute('aria-labelledby')?.split(' ').map(id => document.getElementById(id)?.textContent).join('');
            const name = control.getAttribute('aria-label') || labelled || control.labels?.[0]?.textContent || control.textContent;
            if (!name?.trim()) wrong.push(`${control.outerHTML.slice(0, 80)} has no name`);
          }
          for (const section of document.querySelectorAll('section')) {
            if (!section.hasAttribute('aria-labelledby') && !section.hasAttribute('aria-label')) wrong.push(`section ${section.id} has no name`);
          }
          for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) wrong.push(`${image.src} has no alt`);
          for (const cell of document.querySelectorAll('th')) if (!cell.scope) wrong.push(`th ${cell.textContent} has no scope`);
          return wrong;
        }
        """;
}
