#!/bin/sh
# Looks at real mail servers of Debian with the probe, in clear, by STARTTLS and over TLS.
#
# Exim and Postfix exclude each other, and so do Cyrus and Dovecot. Each is installed in a
# layer of its own over the files of this machine, which is gone afterwards: nothing here changes.
# For root on Debian, with the package archive in reach. Takes some minutes, so CI does not run it.
set -eu

PYTHON=${PYTHON:-python3}
SERVERS="exim postfix cyrus"

packages_of() {
    case $1 in
        exim) echo exim4-daemon-light ;;
        postfix) echo postfix ;;
        cyrus) echo cyrus-imapd cyrus-pop3d ;;
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
