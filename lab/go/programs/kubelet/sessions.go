package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/utils/exec"
)

// session is one exec or port-forward in a pod.
type session struct {
	programs *programs
	pod      pod
}

func (p *programs) serveExec(w http.ResponseWriter, r *http.Request) {
	options, err := remotecommand.NewOptions(r)
	if err != nil {
		refuse(w, err)
		return
	}
	of := podOf(r)
	remotecommand.ServeExec(w, r, session{p, of}, of.Namespace+"_"+of.Name, r.PathValue("uid"),
		r.PathValue("container"), r.URL.Query()["command"], options, idleTimeout, streamCreationTimeout,
		remotecommand.SupportedStreamingProtocols)
}

// ExecInContainer runs a command, which reads nothing.
func (s session) ExecInContainer(ctx context.Context, _, _, container string, command []string, _ io.Reader,
	stdout, stderr io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	question := struct {
		pod
		Container string   `json:"container"`
		Command   []string `json:"command"`
	}{s.pod, container, command}
	var answer struct {
		Stdout   string `json:"stdout"`
		Stderr   string `json:"stderr"`
		ExitCode int    `json:"exitCode"`
	}
	if err := s.programs.ask(ctx, "exec", question, &answer); err != nil {
		return err
	}
	for _, output := range []struct {
		to   io.Writer
		text string
	}{{stdout, answer.Stdout}, {stderr, answer.Stderr}} {
		if output.to == nil {
			continue
		}
		if _, err := io.WriteString(output.to, output.text); err != nil {
			return err
		}
	}
	if answer.ExitCode == 0 {
		return nil
	}
	return exec.CodeExitError{Err: fmt.Errorf("exit status %d", answer.ExitCode), Code: answer.ExitCode}
}

func (p *programs) servePortForward(w http.ResponseWriter, r *http.Request) {
	options, err := portforward.NewV4Options(r)
	if err != nil {
		refuse(w, err)
		return
	}
	of := podOf(r)
	portforward.ServePortForward(w, r, session{p, of}, of.Name+"_"+of.Namespace, r.PathValue("uid"), options,
		idleTimeout, streamCreationTimeout, portforward.SupportedProtocols)
}

// PortForward carries one connection to the port of the program, and ends as container runtimes do: when the program
// has closed its side, or a moment after the client has.
func (s session) PortForward(ctx context.Context, _, _ string, port int32, stream io.ReadWriteCloser) error {
	question := struct {
		pod
		Port int32 `json:"port"`
	}{s.pod, port}
	var answer struct {
		Port int32 `json:"port"`
	}
	if err := s.programs.ask(ctx, "port", question, &answer); err != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside namespace: %w", port, err)
	}
	connection, err := net.DialTCP("tcp", nil, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(answer.Port)})
	if err != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside namespace: %w", port, err)
	}
	defer connection.Close()
	served := make(chan error, 1)
	sent := make(chan error, 1)
	go func() {
		_, err := io.Copy(stream, connection)
		served <- err
	}()
	go func() {
		_, err := io.Copy(connection, stream)
		_ = connection.CloseWrite()
		sent <- err
	}()
	select {
	case err = <-served:
	case err = <-sent:
		select {
		case err = <-served:
		case <-time.After(time.Second):
		}
	}
	return err
}
