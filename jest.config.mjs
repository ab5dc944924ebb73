/** Tests run from the TypeScript sources; only programs under test (`build/`) are built. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/tools/'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
  moduleNameMapper: {
    '^homecloud$': '<rootDir>/index.ts',
    // As in the bundle; for `require` it has another, which is slower.
    '^js-yaml$': '<rootDir>/node_modules/js-yaml/dist/js-yaml.mjs',
  },
  transform: {
    '\\.m?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Packages that are ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(age-encryption|@noble|@scure|js-yaml)/)'],
  maxWorkers: 2,
  // Milliseconds of one test: a machine that does something else besides is slow, not wrong.
  testTimeout: 60_000,
};
