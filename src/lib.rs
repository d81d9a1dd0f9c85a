//! Hygie runs health communities on Matrix. The modules, in reading order: how an event comes in, what is decided, how it is
//! carried out, what it is made of, and how the program is put together.

pub mod appservice;
pub mod decide;
pub mod dispatch;
pub mod event;
pub mod guard;

pub mod announce;
pub mod commands;
pub mod community;
pub mod governance;
pub mod moderation;
pub mod reply;

pub mod action;
pub mod crypto;
pub mod executor;
pub mod matrix;
pub mod store;

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod fault;
pub mod health;
pub mod jobs;
pub mod shared;
pub mod telemetry;
pub mod web;

#[doc(hidden)]
pub mod fuzzing;
