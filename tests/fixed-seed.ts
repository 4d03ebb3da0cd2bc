import fc from 'fast-check';

// A property that fails must fail for everybody, every time.
fc.configureGlobal({ seed: 20_261_121 });
