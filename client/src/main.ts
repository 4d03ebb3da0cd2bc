import './no-eval.ts';
import '@fontsource-variable/ibm-plex-sans/wght.css';
import './shell/theme.css';
import { mount } from 'svelte';
import App from './app.svelte';

const target = document.querySelector('#page');
if (target) mount(App, { target });
