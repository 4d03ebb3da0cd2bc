/** The floor plan as rules: rooms import from lower floors and themselves; pipelines see of models the port alone. */
const room = (name, floor, allowed) => ({
  name: `${name}-imports-downwards`,
  severity: 'error',
  comment: `${name}/ is on floor ${floor}: it may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing else of this house'}`,
  from: { path: `^${name}/` },
  to: { path: '^(domain|calibration|models|pipelines|server|client|tests)/', pathNot: `^(${[name, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    room('domain', 1, []),
    room('calibration', 2, ['domain']),
    room('models', 2, ['domain']),
    room('pipelines', 3, ['domain', 'calibration', 'models']),
    room('server', 4, ['domain', 'calibration', 'models', 'pipelines']),
    room('client', 4, ['domain']),
    {
      name: 'pipelines-see-the-port-alone',
      severity: 'error',
      from: { path: '^pipelines/' },
      to: { path: '^models/', pathNot: '^models/engine\\.ts$' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^domain/' },
      to: { path: '.', pathNot: '^(domain/|node_modules/zod/)' },
    },
    {
      name: 'product-code-leaves-tests-alone',
      severity: 'error',
      from: { pathNot: '^tests/' },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^client/dist' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
