// Go's verdict on CA sets: what istiod asks of one before it loads it, and what a peer asks of a leaf below it.
// Each argument is a folder; each line of the answer is that folder's.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

// An empty string is "accepted".
type verdict struct {
	Set    string `json:"set"`
	Istiod string `json:"istiod"`
	Peer   string `json:"peer"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for _, folder := range os.Args[1:] {
		v := verdict{folder, said(istiod(folder)), said(peer(folder))}
		if err := out.Encode(v); err != nil {
			log.Fatal(err)
		}
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// As Verify of security/pkg/pki/util in Istio has it.
func istiod(folder string) error {
	cert, key := read(folder, "ca-cert.pem"), read(folder, "ca-key.pem")
	parsed, err := first(cert)
	if err != nil {
		return err
	}
	opts := x509.VerifyOptions{Roots: pool(folder, "root-cert.pem"), Intermediates: pool(folder, "cert-chain.pem")}
	if _, err := parsed.Verify(opts); err != nil {
		return err
	}
	if err := readKey(key); err != nil {
		return err
	}
	_, err = tls.X509KeyPair(cert, key)
	return err
}

// A leaf is presented with cert-chain.pem, and verified against root-cert.pem. Some sets have none that could be made.
func peer(folder string) error {
	text := read(folder, "leaf.pem")
	if len(text) == 0 {
		return nil
	}
	leaf, err := first(text)
	if err != nil {
		return err
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		Roots:         pool(folder, "root-cert.pem"),
		Intermediates: pool(folder, "cert-chain.pem"),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	return err
}

func readKey(text []byte) error {
	block, _ := pem.Decode(text)
	if block == nil {
		return errors.New("no PEM block")
	}
	var err error
	switch block.Type {
	case "EC PRIVATE KEY":
		_, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		_, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		_, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		err = fmt.Errorf("a block %s before the key", block.Type)
	}
	return err
}

func first(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	return x509.ParseCertificate(block.Bytes)
}

func pool(folder, name string) *x509.CertPool {
	made := x509.NewCertPool()
	made.AppendCertsFromPEM(read(folder, name))
	return made
}

func read(folder, name string) []byte {
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	return text
}
