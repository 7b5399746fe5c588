package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"k8s.io/apiserver/pkg/util/flushwriter"
	cri "k8s.io/cri-api/pkg/apis"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
	"k8s.io/cri-client/pkg/logs"
)

// logFile is where a run of a program leaves its log.
type logFile struct {
	Path string `json:"path"`
	// Run tells runs of one pod apart.
	Run string `json:"run"`
}

func (p *programs) serveLogs(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	options, err := logOptions(query)
	if err != nil {
		refuse(w, err)
		return
	}
	question := struct {
		pod
		Container string `json:"container"`
		Previous  bool   `json:"previous"`
	}{podOf(r), r.PathValue("container"), query.Get("previous") == "true"}
	var file logFile
	if err := p.ask(r.Context(), "log", question, &file); err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Transfer-Encoding", "chunked")
	out := flushwriter.Wrap(w)
	if err := logs.ReadLogs(r.Context(), file.Path, file.Run, options, runs{programs: p}, out, out); err != nil {
		refuse(w, err)
	}
}

// logOptions reads a query as the kubelet does: of two beginnings the later one counts.
func logOptions(query url.Values) (*logs.LogOptions, error) {
	options := &logs.LogOptions{Follow: query.Get("follow") == "true", Timestamp: query.Get("timestamps") == "true"}
	var sinceSeconds *int64
	for name, value := range map[string]**int64{
		"sinceSeconds": &sinceSeconds,
		"tailLines":    &options.TailLines,
		"limitBytes":   &options.LimitBytes,
	} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		*value = &number
	}
	if sinceSeconds != nil {
		options.Since = time.Now().Add(-time.Duration(*sinceSeconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" {
		instant, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, err
		}
		if instant.After(options.Since) {
			options.Since = instant
		}
	}
	return options, nil
}

// runs answers the reader of logs in place of a container runtime: a log is followed while its run lasts.
type runs struct {
	cri.RuntimeService
	programs *programs
}

func (r runs) ContainerStatus(ctx context.Context, run string, _ bool) (*runtime.ContainerStatusResponse, error) {
	var answer struct {
		Running bool `json:"running"`
	}
	question := struct {
		Run string `json:"run"`
	}{run}
	if err := r.programs.ask(ctx, "running", question, &answer); err != nil {
		return nil, err
	}
	state := runtime.ContainerState_CONTAINER_EXITED
	if answer.Running {
		state = runtime.ContainerState_CONTAINER_RUNNING
	}
	return &runtime.ContainerStatusResponse{Status: &runtime.ContainerStatus{State: state}}, nil
}
