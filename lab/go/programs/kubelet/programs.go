package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// programs asks the process that runs the programs, over its socket: POST /<what>, JSON in and out; where it answers
// with another status than 200, the body says why.
type programs struct {
	client http.Client
}

// pod names whose program is meant.
type pod struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

func podOf(r *http.Request) pod {
	return pod{Namespace: r.PathValue("namespace"), Name: r.PathValue("pod")}
}

func newPrograms(socket string) *programs {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}
	return &programs{client: http.Client{Transport: &http.Transport{DialContext: dial}}}
}

func (p *programs) ask(ctx context.Context, what string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://programs/"+what, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return fmt.Errorf("the programs do not answer: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(string(text))
	}
	return json.Unmarshal(text, answer)
}
