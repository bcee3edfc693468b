import { init } from 'footfall-sdk';

export default defineNuxtPlugin(() => {
  init({ site: 'example.com', endpoint: 'https://stats.example.com/e' });
});
