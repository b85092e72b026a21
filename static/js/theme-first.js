// Loaded before the first paint where the server does not write data-theme itself (the admin).
(() => {
  const theme = /(?:^|; )ems_theme=(light|dark)/.exec(document.cookie)?.[1];
  if (theme) document.documentElement.dataset.theme = theme;
})();
