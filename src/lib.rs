//! Portreeve: one account for every council service.

pub mod app;
pub mod cli;
pub mod config;
pub mod crypto;
pub mod demo;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod oidc;
pub mod pages;
pub mod policy;
pub mod routes;
pub mod service;
pub mod staff;
pub mod store;
pub mod view;
