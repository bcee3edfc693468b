import { init } from 'footfall-sdk';
import { mount } from 'svelte';
import App from './app.svelte';

init({ site: 'example.com', endpoint: 'https://stats.example.com/e' });

mount(App, { target: document.getElementById('app')! });
