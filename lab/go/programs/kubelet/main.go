// The kubelet's own server: logs, exec and port-forward by Kubernetes' code, of programs that another process runs.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"time"
)

const (
	idleTimeout           = time.Hour
	streamCreationTimeout = 30 * time.Second
)

func main() {
	address := flag.String("address", "", "where to listen")
	cert := flag.String("tls-cert-file", "", "its certificate")
	key := flag.String("tls-private-key-file", "", "the key of it")
	clientCA := flag.String("client-ca-file", "", "who signs the certificates of those who may ask")
	programs := flag.String("programs", "", "the socket of the process that runs the programs")
	flag.Parse()
	clients := x509.NewCertPool()
	pem, err := os.ReadFile(*clientCA)
	if err != nil {
		log.Fatal(err)
	}
	if !clients.AppendCertsFromPEM(pem) {
		log.Fatal(errors.New("no certificate in " + *clientCA))
	}
	server := &http.Server{
		Addr:      *address,
		Handler:   routes(newPrograms(*programs)),
		TLSConfig: &tls.Config{ClientCAs: clients, ClientAuth: tls.RequireAndVerifyClientCert},
		// SPDY takes over a connection of HTTP/1.1.
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	log.Fatal(server.ListenAndServeTLS(*cert, *key))
}

func routes(programs *programs) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", programs.serveLogs)
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", programs.serveExec)
	mux.HandleFunc("/exec/{namespace}/{pod}/{uid}/{container}", programs.serveExec)
	mux.HandleFunc("/portForward/{namespace}/{pod}", programs.servePortForward)
	mux.HandleFunc("/portForward/{namespace}/{pod}/{uid}", programs.servePortForward)
	return mux
}

func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(err.Error()))
}
