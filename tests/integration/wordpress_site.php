<?php
/* Runs beside WordPress, from its folder: answers requests on standard input with WordPress's own functions, one JSON
   line each. `install` stands alone, since nothing else loads before it ran. */

if (($argv[1] ?? '') === 'install') {
    define('WP_INSTALLING', true);
}
$_SERVER['HTTP_HOST'] = $argv[2];
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
require getcwd() . '/wp-load.php';
if (defined('WP_INSTALLING')) {
    require ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('Invented blog', 'ida', 'ida@listening.example', true, '', 'a long enough word');
    switch_theme('twentytwentyone');
    update_option('permalink_structure', '/%postname%/');
    update_option('timezone_string', 'America/New_York');
    flush_rewrite_rules();
    exit(0);
}

$requests = [
    'reset' => function () {
        global $wpdb;
        foreach (['posts', 'comments', 'postmeta', 'commentmeta'] as $table) {
            $wpdb->query("truncate table {$wpdb->$table}");
        }
    },
    'option' => function ($name, $value) {
        update_option($name, $value);
        flush_rewrite_rules();
    },
    'post' => fn (...$said) => wp_insert_post(
        $said + ['post_status' => 'publish', 'post_author' => 1, 'post_title' => 'a title'], true
    ),
    'comment' => fn (...$said) => wp_insert_comment(
        $said + ['comment_author' => 'bo', 'comment_author_email' => 'bo@listening.example', 'comment_approved' => 1]
    ),
    'edit' => fn (...$said) => wp_update_post($said),
    'edit_comment' => fn (...$said) => wp_update_comment($said),
    'approve' => fn ($id) => wp_set_comment_status($id, 'approve'),
    'trash' => fn ($id) => (bool) wp_trash_post($id),
    'trash_comment' => fn ($id) => wp_trash_comment($id),
    // Published by the clock, as cron would, and backdated to when it was written.
    'publish_scheduled' => function ($id, $written) {
        global $wpdb;
        $wpdb->update($wpdb->posts, ['post_modified_gmt' => $written, 'post_modified' => $written], ['ID' => $id]);
        clean_post_cache($id);
        wp_publish_post($id);
    },
];
while (($line = fgets(STDIN)) !== false) {
    [$name, $said] = json_decode($line, true);
    wp_cache_flush();
    echo json_encode($requests[$name](...$said)), "\n";
}
