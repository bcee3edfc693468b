import { init } from 'footfall-sdk';
import { createApp } from 'vue';
import { App } from './app.ts';

init({ site: 'example.com', endpoint: 'https://stats.example.com/e' });

createApp(App).mount('#app');
