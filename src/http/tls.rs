//! Our certificate: read from files, exchanged without a restart. TLS 1.2 and 1.3 by rustls, whose suites are all
//! AEAD with forward secrecy and which has no renegotiation.

use crate::config::TlsFiles;
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why a certificate cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing, unreadable or not PEM.
    #[error("{}: cannot be read as PEM ({source})", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the reader said.
        source: rustls::pki_types::pem::Error,
    },
    /// The chain file holds no certificate.
    #[error("{}: holds no certificate", .0.display())]
    NoCertificate(PathBuf),
    /// Key and certificate do not belong together, or are of a kind we do not serve.
    #[error("{}: does not fit its key ({source})", file.display())]
    Unfit {
        /// The chain's file.
        file: PathBuf,
        /// What rustls said.
        source: rustls::Error,
    },
}

/// The certificate in use.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    current: ArcSwap<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let current = ArcSwap::from_pointee(read(&files)?);
        Ok(Arc::new(Self { files, current }))
    }

    /// Reads the files again; new connections get what they hold, connections in use keep theirs. On an error the
    /// certificate in use stays.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub fn reload(&self) -> Result<(), TlsError> {
        self.current.store(Arc::new(read(&self.files)?));
        Ok(())
    }

    /// What the next handshake uses.
    #[must_use]
    pub fn current(&self) -> Arc<ServerConfig> {
        self.current.load_full()
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let unreadable = |file: &Path| {
        let file = file.to_owned();
        |source| TlsError::File { file, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(&files.cert))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(files.cert.clone()));
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(unreadable(&files.key))?;
    let unfit = |source| TlsError::Unfit { file: files.cert.clone(), source };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(unfit)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unfit)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    // Its keys live six hours: a stolen one opens no older sessions.
    config.ticketer = rustls::crypto::aws_lc_rs::Ticketer::new().map_err(unfit)?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::{Tls, TlsError};
    use crate::config::TlsFiles;
    use std::path::Path;

    fn write(folder: &Path, cert: &str, key: &str) -> TlsFiles {
        let files = TlsFiles { cert: folder.join("chain.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.cert, cert).unwrap();
        std::fs::write(&files.key, key).unwrap();
        files
    }

    #[test]
    fn a_certificate_that_does_not_fit_is_refused_and_the_old_one_stays() {
        let folder = std::env::temp_dir().join(format!("portreeve-tls-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let one = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let two = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let files = write(&folder, &one.cert.pem(), &one.signing_key.serialize_pem());
        let tls = Tls::load(files.clone()).unwrap();
        let before = tls.current();

        write(&folder, &two.cert.pem(), &one.signing_key.serialize_pem());
        assert!(matches!(tls.reload(), Err(TlsError::Unfit { .. })));
        write(&folder, "", &one.signing_key.serialize_pem());
        assert!(matches!(tls.reload(), Err(TlsError::NoCertificate(_))));
        write(&folder, &two.cert.pem(), "no key");
        assert!(matches!(tls.reload(), Err(TlsError::File { file, .. }) if file == files.key));
        assert!(std::sync::Arc::ptr_eq(&before, &tls.current()));

        write(&folder, &two.cert.pem(), &two.signing_key.serialize_pem());
        tls.reload().unwrap();
        assert!(!std::sync::Arc::ptr_eq(&before, &tls.current()));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
