import '@fontsource-variable/noto-sans/wght.css';
import '@fontsource-variable/noto-sans-arabic/wght.css';
import './site.css';
import { mount } from 'svelte';
import App from './App.svelte';

const target = document.getElementById('site');
if (!target) throw new Error('index.html has no element #site');
mount(App, { target });
