import { topic } from './topic.ts';

export const environment = topic(
  'The environment variables that are read',
  `TEMPORAL_ADDRESS       host:port of the Temporal server; 127.0.0.1:7233 where nothing says otherwise
TEMPORAL_NAMESPACE     its namespace; "default"
TEMPORAL_PROFILE       a profile of temporal.toml, as the temporal CLI writes it
TEMPORAL_API_KEY       and TEMPORAL_TLS_*: as for the temporal CLI
MESHTURN_TEMPORAL_BIN  a Temporal CLI for dev and demo, instead of one that is found or fetched
KUBECONFIG             for clusters of the fleet file that name no kubeconfig
AZURE_*                credentials for Key Vault, as DefaultAzureCredential reads them
MESHTURN_DEBUG         1 prints where an error came from
TZ                     the time zone of the times shown

A flag goes before the environment, the environment before a profile.
`,
);
