// What a page of yours would do: tell Footfall by name what somebody did.

/** @type {Window & { footfall?: (name: string, properties: object) => void }} */
const page = window;

for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    const { event = '', ...properties } = button.dataset;
    page.footfall?.(event, properties);
    const said = document.querySelector('.said');
    if (said) said.textContent = `That was the event "${event}".`;
  });
}
