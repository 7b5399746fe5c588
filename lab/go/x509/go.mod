module meshturn.io/lab/x509

go 1.26.0
