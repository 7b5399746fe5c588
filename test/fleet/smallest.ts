/** A fleet file with no more in it than has to be. */
export const smallest = `
apiVersion: meshturn.io/v1alpha1
kind: Fleet
name: prod
meshes:
  - name: payments
    trustDomain: payments.example.com
    clusters:
      - name: aks-weu-1
`;
