/* global document, getComputedStyle, IntersectionObserver, vegaEmbed, window */
// Whatever scrolls sideways can be reached and scrolled with the keyboard.
const reach = () => {
  for (const element of document.querySelectorAll(
    'pre, .table-wrapper, .katex-display, div.cell_output, div.cell_output *',
  )) {
    const scrolls =
      element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);
    if (scrolls && !element.hasAttribute('tabindex')) element.tabIndex = 0;
  }
};
window.addEventListener('load', reach);
window.addEventListener('resize', reach);

// A chart is a still picture until it comes into view; then Vega draws it, with tooltips and selections.
const draw = async (figure) => {
  const spec = JSON.parse(figure.querySelector('script').textContent);
  const place = document.createElement('div');
  figure.append(place);
  // The specifications carry no version, and from the rest Vega would guess wrongly for a `concat`.
  await vegaEmbed(place, spec, { mode: 'vega-lite', actions: false, renderer: 'svg' });
  figure.querySelector('img').remove();
  reach();
};

const observer = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      void draw(target);
    }
  },
  { rootMargin: '200px' },
);
document.querySelectorAll('figure.course-chart').forEach((figure) => observer.observe(figure));
