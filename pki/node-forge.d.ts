import 'node-forge';

declare module 'node-forge' {
  namespace asn1 {
    /** The options are in node-forge's code and not in its published types. */
    function fromDer(
      bytes: util.ByteBuffer,
      options: { strict: boolean; parseAllBytes: boolean; decodeBitStrings: boolean },
    ): Asn1;
  }
}
