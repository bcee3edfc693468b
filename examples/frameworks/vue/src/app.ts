import { track } from 'footfall-sdk';
import { defineComponent, h, onMounted, onUnmounted, ref, watchEffect } from 'vue';

/** Two pages, and what a router does: it changes the address and draws. */
export const App = defineComponent(() => {
  const path = ref(location.pathname);
  const moved = () => (path.value = location.pathname);
  onMounted(() => addEventListener('popstate', moved));
  onUnmounted(() => removeEventListener('popstate', moved));

  const go = (event: MouseEvent) => {
    event.preventDefault();
    history.pushState({}, '', (event.currentTarget as HTMLAnchorElement).href);
    moved();
  };
  const name = () => (path.value === '/pricing' ? 'Pricing' : 'Home');
  watchEffect(() => (document.title = `${name()} · Shop`));

  return () =>
    h('main', [
      h('nav', [h('a', { href: '/', onClick: go }, 'Home'), ' ', h('a', { href: '/pricing', onClick: go }, 'Pricing')]),
      h('h1', name()),
      h('button', { type: 'button', onClick: () => track('signup', { plan: 'pro' }) }, 'Sign up'),
    ]);
});
