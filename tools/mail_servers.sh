#!/bin/sh
# Looks at real mail servers of Debian with the probe, in clear, by STARTTLS and over TLS.
#
# Exim and Postfix exclude each other, and so do Cyrus, Courier and Dovecot. Each is installed in a
# layer of its own over the files of this machine, which is gone afterwards: nothing here changes.
# For root on Debian, with the package archive in reach. Takes some minutes, so CI does not run it.
set -eu

PYTHON=${PYTHON:-python3}
SERVERS="exim postfix cyrus courier stunnel"

packages_of() {
    case $1 in
        exim) echo exim4-daemon-light ;;
        postfix) echo postfix ;;
        cyrus) echo cyrus-imapd cyrus-pop3d ;;
        courier) echo courier-imap courier-pop ;;
        stunnel) echo stunnel4 courier-imap courier-pop exim4-daemon-light ;;
    esac
}

start_exim() {
    cat >/run/exim.conf <<EOF
local_interfaces = 127.0.0.1
primary_hostname = mail.contoso.test
tls_advertise_hosts = *
tls_certificate = $PEM
tls_privatekey = $PEM
daemon_smtp_ports = 24587 : 24465
tls_on_connect_ports = 24465
begin routers
begin transports
EOF
    # Below the first process of a namespace it does not leave its parent.
    exim4 -C /run/exim.conf -bd &
    PORTS="SMTP:24587:starttls SMTP:24465:implicit" WORD=Exim
}

start_postfix() {
    postconf -e inet_interfaces=127.0.0.1 inet_protocols=ipv4 myhostname=mail.contoso.test \
        smtpd_tls_cert_file="$PEM" smtpd_tls_key_file="$PEM" smtpd_tls_security_level=may
    postconf -MX smtp/inet
    postconf -M 24587/inet="24587 inet n - n - - smtpd"
    postconf -M 24465/inet="24465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes"
    postfix start
    PORTS="SMTP:24587:starttls SMTP:24465:implicit" WORD=Postfix
}

start_cyrus() {
    cat >>/etc/imapd.conf <<EOF
tls_server_cert: $PEM
tls_server_key: $PEM
servername: mail.contoso.test
EOF
    cat >/etc/cyrus.conf <<EOF
START {
  recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"
}
SERVICES {
  imap  cmd="imapd" listen="127.0.0.1:24143" prefork=0
  imaps cmd="imapd -s" listen="127.0.0.1:24993" prefork=0
  pop3  cmd="pop3d" listen="127.0.0.1:24110" prefork=0
  pop3s cmd="pop3d -s" listen="127.0.0.1:24995" prefork=0
}
EVENTS {
}
EOF
    mkdir -p /run/cyrus/socket /run/cyrus/proc /run/cyrus/lock && chown -R cyrus:mail /run/cyrus
    /usr/sbin/cyrmaster -d
    PORTS="IMAP:24143:starttls IMAP:24993:implicit POP3:24110:starttls POP3:24995:implicit"
    WORD=Cyrus
}

set_courier() {
    sed -i "s/^\($2\)=.*/\1=$3/" "/etc/courier/$1"
}

start_courier() {
    install -m 640 -o courier -g courier "$PEM" /etc/courier/imapd.pem
    install -m 640 -o courier -g courier "$PEM" /etc/courier/pop3d.pem
    for each in imapd pop3d; do
        set_courier $each ADDRESS 127.0.0.1
        set_courier $each-ssl SSLADDRESS 127.0.0.1
    done
    set_courier imapd PORT 24143
    set_courier imapd-ssl SSLPORT 24993
    set_courier pop3d PORT 24110
    set_courier pop3d-ssl SSLPORT 24995
    # Its loggers keep what they are given for output open.
    for each in authdaemond imapd imapd-ssl pop3d pop3d-ssl; do
        /usr/sbin/$each start </dev/null >/run/courier-$each.log 2>&1
    done
    PORTS="IMAP:24143:starttls IMAP:24993:implicit POP3:24110:starttls POP3:24995:implicit"
    # The first greets by IMAP, the second by POP3.
    WORD="Courier|Hello there"
}

# One service of stunnel: its port, what it stands before, and lines of its own.
stunnel_service() {
    printf '[port-%s]\naccept = 127.0.0.1:%s\nconnect = 127.0.0.1:%s\n' "$1" "$1" "$2"
    shift 2
    printf '%s\n' "$@"
}

start_stunnel() {
    set_courier imapd-ssl IMAPDSTARTTLS NO
    set_courier pop3d-ssl POP3_STARTTLS NO
    set_courier imapd ADDRESS 127.0.0.1
    set_courier pop3d ADDRESS 127.0.0.1
    set_courier imapd PORT 25143
    set_courier pop3d PORT 25110
    for each in authdaemond imapd pop3d; do
        /usr/sbin/$each start </dev/null >/run/courier-$each.log 2>&1
    done
    printf '%s\n' 'local_interfaces = 127.0.0.1' 'daemon_smtp_ports = 25587' \
        'primary_hostname = mail.contoso.test' 'tls_advertise_hosts =' 'begin routers' 'begin transports' >/run/exim.conf
    exim4 -C /run/exim.conf -bd &
    {
        printf '%s\n' "cert = $PEM" 'options = CIPHER_SERVER_PREFERENCE' 'pid = /run/stunnel.pid'
        stunnel_service 24993 25143
        stunnel_service 24995 25110
        stunnel_service 24465 25587
        stunnel_service 24143 25143 'protocol = imap'
        stunnel_service 24110 25110 'protocol = pop3'
        stunnel_service 24587 25587 'protocol = smtp'
        stunnel_service 26993 25143 'sslVersionMax = TLSv1.2'
        stunnel_service 27993 25143 'sslVersion = TLSv1.3' \
            'ciphersuites = TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384'
    } >/run/stunnel.conf
    # By IMAP and SMTP it takes STARTTLS, and TLS from the first byte on the same port.
    stunnel4 /run/stunnel.conf </dev/null >/run/stunnel.log 2>&1
    PORTS="IMAP:25143:none POP3:25110:none SMTP:25587:none
        IMAP:24993:implicit POP3:24995:implicit SMTP:24465:implicit
        IMAP:24143:implicit POP3:24110:starttls SMTP:24587:implicit
        IMAP:26993:implicit:TLSv1.2 IMAP:27993:implicit:TLSv1.3:suite-untried"
    WORD=
}

if [ "${1:-}" = "in-layer" ]; then
    server=$2
    PEM=/run/mail-server.pem
    openssl req -x509 -newkey rsa:2048 -nodes -keyout /run/key.pem -out /run/certificate.pem -days 20 \
        -subj /CN=mail.contoso.test -addext subjectAltName=DNS:mail.contoso.test 2>/dev/null
    cat /run/key.pem /run/certificate.pem >$PEM
    chmod 644 $PEM
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2046
    timeout 120 apt-get -qq install --yes --no-install-recommends $(packages_of "$server") >/run/apt.log 2>&1 ||
        { tail -5 /run/apt.log; exit 1; }
    "start_$server"
    "$PYTHON" tools/look_at_mail_servers.py --word "$WORD" $PORTS || {
        tail -5 /var/log/exim4/* /var/log/mail.log 2>/dev/null
        exit 1
    }
    exit 0
fi

[ "$(id -u)" = 0 ] || { echo "For root: it installs mail servers in a layer of their own." >&2; exit 2; }
apt-get -qq update
here=$(pwd) failed=""
for server in ${*:-$SERVERS}; do
    echo "== $server"
    # A process namespace of its own ends what the server has started; a network one keeps the ports.
    unshare --mount --pid --fork --kill-child sh -c '
        layer=$(mktemp -d)
        mount -t tmpfs layer "$layer"
        mkdir "$layer/changed" "$layer/work" "$layer/root"
        mount -t overlay overlay -o "lowerdir=/,upperdir=$layer/changed,workdir=$layer/work" "$layer/root"
        mount -t proc proc "$layer/root/proc"
        mount --rbind /dev "$layer/root/dev"
        mount -t tmpfs run "$layer/root/run"
        exec chroot "$layer/root" sh -c "cd \"$1\" && PYTHON=\"$2\" exec sh tools/mail_servers.sh in-layer $3"
    ' sh "$here" "$PYTHON" "$server" || failed="$failed $server"
done
[ -z "$failed" ] || { echo "Not read as they are:$failed" >&2; exit 1; }
